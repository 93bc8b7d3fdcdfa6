// Bundles the scripts and styles of the pages into web/static/dist, with hashed names, a manifest and the licences of what went in.
// What belongs to GOV.UK alone (its typeface, the crest, its icons) is taken out; the build fails if any of it is left.
import * as esbuild from 'esbuild';
import fs from 'node:fs/promises';
import path from 'node:path';

const ENTRIES = [ 'app', 'record', 'diagram', 'replay', 'compare', 'modeler', 'form-editor' ];
const OUT = path.resolve(import.meta.dirname, '../static/dist');
const NOT_OURS = /GDS Transport|govuk-crest|govuk-icon-|opengraph-image|logotype-cr(?:est|own)[\w-]*\.(?:png|svg)/;

// The stylesheets of GOV.UK and the Ministry of Justice, in the typeface that every council may use.
const withoutBrand = {
  name: 'without-brand',
  setup(build) {
    build.onLoad({ filter: /(govuk|moj)-frontend\.min\.css$/ }, async ({ path: file }) => {
      const home = path.dirname(file);
      const css = (await fs.readFile(file, 'utf8'))
        .replace(/@font-face\{[^}]*\}/g, '')
        .replace(/["']?GDS Transport["']?,/g, '')
        .replace(/url\(\/assets\/images\/govuk-crest\.svg\)/g, 'none')
        .replace(/url\(\/assets\//g, `url(${home}/assets/`)
        .replace(/\/\*# sourceMappingURL.*?\*\//g, '');
      return { contents: css, loader: 'css', resolveDir: home };
    });
  }
};

// The editor of forms, what it draws and our part of its panel must share one preact: the version that the editor asks for.
const onePreact = {
  name: 'one-preact',
  setup(build) {
    const resolveDir = path.resolve(import.meta.dirname, 'node_modules/@bpmn-io/form-js-editor');
    build.onResolve({ filter: /^preact(\/|$)/ }, ({ path: name, importer, kind, pluginData }) => {
      if (pluginData === 'asked' || !/form-js-|recording-rules/.test(importer)) return null;
      return build.resolve(name, { resolveDir, kind, pluginData: 'asked' });
    });
  }
};

async function bundle() {
  const { metafile } = await esbuild.build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ENTRIES.map(name => `src/${name}.js`),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    metafile: true,
    plugins: [ withoutBrand, onePreact ],
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    legalComments: 'linked',
    loader: { '.svg': 'file', '.woff': 'file', '.woff2': 'file', '.ttf': 'empty', '.eot': 'empty' }, // every browser in use reads woff2
    logOverride: { 'css-syntax-error': 'silent' }, // GOV.UK's stylesheet keeps a line that only Internet Explorer read
    logLevel: 'warning'
  });
  return metafile;
}

function manifestOf(metafile) {
  const manifest = {};
  for (const [ file, { entryPoint, cssBundle } ] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const name = path.basename(entryPoint, '.js');
    manifest[name] = { js: path.basename(file), ...cssBundle && { css: path.basename(cssBundle) } };
  }
  return manifest;
}

async function licencesOf(metafile) {
  const folders = new Set();
  for (const file of Object.keys(metafile.inputs)) {
    const found = file.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/);
    if (found) folders.add(found[0]);
  }
  const notices = await Promise.all([ ...folders ].sort().map(noticeOf));
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

async function noticeOf(folder) {
  const home = path.resolve(import.meta.dirname, folder);
  const { name, version, license } = JSON.parse(await fs.readFile(path.join(home, 'package.json'), 'utf8'));
  if (!license) throw new Error(`${name} ${version} names no licence, so its code cannot be shipped.`);
  const file = (await fs.readdir(home)).find(entry => /^licen[cs]e/i.test(entry));
  const text = file ? await fs.readFile(path.join(home, file), 'utf8') : '';
  return `${name} ${version}\nLicence: ${license}\n\n${text}`;
}

async function refuseBrand() {
  for (const entry of await fs.readdir(OUT)) {
    const left = entry.match(NOT_OURS) ?? (await fs.readFile(path.join(OUT, entry), 'utf8')).match(NOT_OURS);
    if (left) throw new Error(`${entry} holds "${left[0]}", which only GOV.UK may use. Take it out in build.mjs.`);
  }
}

await fs.rm(OUT, { recursive: true, force: true });
const metafile = await bundle();
try {
  await refuseBrand();
} catch (error) {
  await fs.rm(OUT, { recursive: true, force: true });
  throw error;
}
await fs.writeFile(path.join(OUT, 'THIRD-PARTY-LICENCES.txt'), await licencesOf(metafile));
// The manifest comes last: where it stands, the build went well.
await fs.writeFile(path.join(OUT, 'manifest.json'), JSON.stringify(manifestOf(metafile), null, 2) + '\n');
