"""The words by which guidance tells what a prompt speaks of, after the vendor's own advice.

Each list is one string, its words between commas: a catalogue of another language puts that
language's words in place of it, and both are looked for. An ending in -s is found without saying
so; every number is written 0.
"""

from django.utils.translation import gettext_noop

SUBJECT = gettext_noop(
    "person, people, woman, women, man, men, child, children, girl, boy, face, hands, crowd, "
    "animal, cat, dog, horse, bird, fox, fish, butterfly, house, cottage, castle, lighthouse, "
    "tower, church, bridge, building, skyline, street, alley, market, city, cities, town, village, "
    "harbour, harbor, port, boat, ship, car, train, bicycle, mountain, hill, valley, forest, wood, "
    "tree, pine, oak, leaf, leaves, flower, rose, fern, poppy, garden, field, meadow, river, lake, "
    "sea, ocean, wave, beach, shore, island, cliff, dune, desert, sky, cloud, moon, room, kitchen, "
    "library, table, chair, lamp, window, door, bowl, vase, vessel, bottle, cup, bread, fruit, "
    "apple, lemon, stoneware, robot, spaceship, dragon, astronaut, landscape, interior, still life"
)
STYLE = gettext_noop(
    "style, photograph, photo, photography, photorealistic, film still, polaroid, cyanotype, "
    "daguerreotype, cinematic, documentary, editorial, painting, oil on canvas, acrylic, gouache, "
    "watercolour, watercolor, ink, ink wash, drawing, sketch, charcoal, pastel, pencil, engraving, "
    "etching, linocut, woodcut, woodblock, screen print, lithograph, risograph, collage, "
    "paper cut, paper-cut, papercut, origami, mosaic, stained glass, embroidery, tapestry, "
    "illustration, cartoon, comic, manga, anime, pixel art, vector, flat design, isometric, "
    "low poly, 0d render, render, cgi, claymation, clay, sculpture, blueprint, poster, art deco, "
    "art nouveau, bauhaus, impressionist, impressionism, expressionist, surreal, surrealist, "
    "cubist, baroque, ukiyo-e, retro, vintage, cyberpunk, steampunk, minimalist, abstract, "
    "black and white, monochrome, cotton paper"
)
LIGHT = gettext_noop(
    "light, lighting, lit, backlit, sunlight, moonlight, moonlit, starlit, candlelight, lamplight, "
    "firelight, daylight, sun, sunny, sunrise, sunset, dawn, dusk, twilight, golden hour, "
    "blue hour, noon, midday, night, midnight, morning, evening, afternoon, overcast, shadow, "
    "shade, glow, glowing, neon, bright, dark, dim, spotlight, softbox, chiaroscuro, high key, "
    "low key, silhouette"
)
COMPOSITION = gettext_noop(
    "composition, close-up, close up, closeup, macro, wide shot, long shot, full body, "
    "head and shoulders, portrait, centred, centered, symmetrical, symmetry, rule of thirds, "
    "off centre, off-centre, off center, foreground, background, in the distance, horizon, "
    "framed by, framing, fills the frame, negative space, empty space, empty sky, layer, layered, "
    "diagonal, panorama, panoramic, cropped, from the left, from the right, on the left, "
    "on the right, in the middle, row of, a plain, leading lines"
)
CAMERA = gettext_noop(
    "camera, lens, lenses, shot, 0 mm, 0mm, wide angle, wide-angle, telephoto, fisheye, "
    "tilt-shift, bokeh, depth of field, aperture, f/0, long exposure, from above, from below, "
    "from low, overhead, top-down, bird's eye, bird's-eye, aerial, drone, low angle, high angle, "
    "eye level, eye-level, seen from, viewed from, view from, point of view, over the shoulder, "
    "close-up, close up, closeup, macro, side view, front view, three-quarter view, handheld"
)
MOOD = gettext_noop(
    "mood, atmosphere, atmospheric, calm, quiet, peaceful, serene, tranquil, hushed, dreamy, "
    "dreamlike, nostalgic, melancholy, melancholic, lonely, solitary, sombre, gloomy, moody, "
    "ominous, eerie, mysterious, haunting, tense, dramatic, epic, majestic, romantic, tender, "
    "intimate, cosy, cozy, warm, joyful, joyous, cheerful, playful, happy, sad, whimsical, "
    "energetic, lively, bustling, festive, hopeful, bleak, austere, elegant, luxurious, rugged, "
    "wistful, gentle, fierce, chaotic, contemplative, humorous"
)

# What one writes between them: these tell that the language is known at all.
SMALL = gettext_noop(
    "the, of, with, and, from, over, under, behind, between, through, into, seen, by, its, their, "
    "without, against, above, below, near, at, two, three, four, five"
)
# Small words of other languages, none of them English: more of these, and guidance is silent.
FOREIGN = (
    "der das den dem ein eine einer einem mit im am auf vor über von und le la les un une de du "
    "dans et avec sur au aux el los las una del con en por il di della nel och med på af av na "
    "agus ar sa ag w z het een van met op uma um da com em"
)

# What cannot be both in one picture, the sides of each between strokes.
CONTRADICTIONS = (
    gettext_noop(
        "night, midnight, moonlight, moonlit, starlit, starry | "
        "bright noon sun, noon sun, bright sun, full sun, noon, midday, sunny, daylight"
    ),
    gettext_noop(
        "black and white, monochrome, greyscale, grayscale, sepia | "
        "vivid colours, vivid colors, bright colours, bright colors, colourful, colorful, rainbow"
    ),
    gettext_noop(
        "close-up, close up, closeup, macro | "
        "wide shot, long shot, aerial, panorama, panoramic, bird's-eye view, bird's eye view"
    ),
    gettext_noop(
        "from above, overhead, top-down, bird's-eye view, bird's eye view, aerial | "
        "from below, low angle, worm's-eye view, from low down"
    ),
    gettext_noop("minimalist, minimal, sparse | cluttered, ornate, maximalist, overflowing"),
    gettext_noop("deserted, empty street, uninhabited | crowd, crowded, bustling, busy street"),
    gettext_noop("summer | winter, snowfall, snowstorm"),
    gettext_noop(
        "photorealistic, hyperrealistic, photograph | cartoon, pixel art, flat vector, pen drawing"
    ),
    gettext_noop("sharp focus | out of focus, motion blur"),
    gettext_noop("symmetrical, symmetric | asymmetrical, asymmetric"),
    gettext_noop("calm, serene, peaceful, tranquil | chaotic, frantic, violent"),
    gettext_noop("thick fog, dense fog, foggy | clear sky, cloudless"),
    gettext_noop("indoors | outdoors"),
)
