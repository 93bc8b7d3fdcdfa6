// What every page has: the components of GOV.UK and of the Ministry of Justice, started.
import { initAll as startGovuk } from 'govuk-frontend';
import { initAll as startMoj } from '@ministryofjustice/frontend';

import { offerToStay } from './stay.js';
import { goOn } from './waiting.js';
import 'govuk-frontend/dist/govuk/govuk-frontend.min.css';
import '@ministryofjustice/frontend/moj/moj-frontend.min.css';

startGovuk();
startMoj();
document.querySelectorAll('[data-idle-minutes]').forEach(offerToStay);
document.querySelectorAll('[data-waits]').forEach(goOn);
