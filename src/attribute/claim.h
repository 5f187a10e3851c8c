/* Made by bench/attribution.py fit: 190 walk-forward cases, 35 of them with the right name first,
 * and the known ones without their actor, counted 0.5; ridge 3 on standard scores. */
#ifndef ATTRIBUTE_CLAIM_H
#define ATTRIBUTE_CLAIM_H

#define CLAIM_FITTED -1.15576, 0.30757, 0.51634, -0.44339, 0.97326, -0.63700

#endif
