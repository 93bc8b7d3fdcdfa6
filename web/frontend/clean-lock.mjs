// Takes out of package-lock.json what npm writes beside names, versions and hashes: addresses for donations and the like.
import fs from 'node:fs/promises';

const lock = JSON.parse(await fs.readFile('package-lock.json', 'utf8'));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.deprecated;
  delete entry.resolved;
}
await fs.writeFile('package-lock.json', JSON.stringify(lock, null, 2) + '\n');
