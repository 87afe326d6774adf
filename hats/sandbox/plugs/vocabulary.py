"""Invented words that several plugs share: songs, events, posts."""

BANDS = (
    (
        "The Quiet Harbour",
        ("Tidewater", "Low Light"),
        ("Paper Lanterns", "Ferry Song", "Slack Tide", "Salt on the Window", "Home by Nine"),
    ),
    (
        "Copper Sparrow",
        ("Field Notes",),
        ("Barley", "Two Fields Over", "Sparrow Hours", "Hedgerow"),
    ),
    (
        "Mina Vale",
        ("Night Buses", "Left Turn"),
        ("Top Deck", "N29", "Rain on the Rota", "Last Stop Blues"),
    ),
    (
        "Glasshouse Orchestra",
        ("Ferns in Winter",),
        ("Condensation", "Overture for Tomatoes", "Prelude in Green"),
    ),
    ("DJ Corriander", ("Market Day",), ("Saturday Stall", "Bag for Life", "Ripe")),
    (
        "Northern Relay",
        ("Signal Box", "Points Failure"),
        ("Signal Box", "Replacement Bus", "Platform Two", "Delay Repay"),
    ),
    ("Aunt Beryl's Radio", ("Long Wave",), ("Shipping Area", "Crackle", "Test Card")),
    ("The Allotment Society", ("Plot 14",), ("Rhubarb", "Waiting List", "Shed")),
    ("Ines & the Tide", ("Groyne",), ("Pebble", "Longshore", "Undertow Waltz")),
    ("Velvet Turnstile", ("Season Ticket",), ("Floodlights", "Away Day", "Nil Nil")),
    ("Small Hours Choir", ("Matins",), ("Kettle Hymn", "Four in the Morning", "Streetlamp")),
    ("Moss Theory", ("Bryology",), ("Spore", "Soft Ground", "North Side of Trees")),
)

# What, and what it is followed by in the name of an event. About a third are about museums.
EVENTS = (
    ("Night at the {place}", ("Print Museum", "Museum of Small Engines", "Tramway Museum")),
    ("{place}: free late opening", ("City Museum", "Textile Museum", "Museum of Weather")),
    ("Family day at the {place}", ("Railway Museum", "Museum of Bread", "Harbour Museum")),
    ("Curator's tour, {place}", ("Museum of Maps", "Design Museum", "Glass Museum")),
    ("Open mic at {place}", ("The Copper Kettle", "Harbour Jazz Club", "The Old Pump")),
    ("Pub quiz, {place}", ("The Weaver's Arms", "The Lamplighter", "The Ferryman")),
    ("{place} 5k", ("Riverside", "Castle Park", "Canalside")),
    ("Book swap in {place}", ("Central Library", "Brightside Books", "the Corn Exchange")),
    ("Ceilidh, {place}", ("St Hilda's Hall", "The Guildhall", "Union Chapel")),
    ("Repair café {place}", ("Northside", "Mill Lane", "Old School")),
)
EVENT_TEXTS = (
    "Doors at seven. Bring a friend.\nStep-free access by the side door.",
    "Free, but book a place.\n\nThe café stays open until ten.",
    "We start on time, rain or shine.",
    "Everybody welcome, no experience needed.\nTea provided; bring your own mug.",
)

POSTS = (
    "Fog over the canal again",
    "The bakery has the good rye today",
    "Bus 43 is on diversion until Friday",
    "Finished the book. No spoilers, but the lighthouse!",
    "Who decided that Monday meetings are at eight",
    "First frost on the allotment",
    "Trying to learn the accordion; sorry, neighbours",
    "The new exhibition is worth the queue",
    "Lost: one grey glove, High Street",
    "Two goals in the last minute, what a game",
    "Soup weather",
    "The heron is back at the weir",
)
TAGS = ("fog", "canal", "allotment", "reading", "sunday", "latergram", "nofilter", "walk")

SCREEN_NAMES = ("canal_walker_ex", "tea_and_maps_ex", "northline_ex", "allotment14_ex")

BREAKFASTS = (
    "Porridge with blackberries #breakfast",
    "Slow #breakfast, fast tea",
    "Shakshuka for two #breakfast #weekend",
    "Toast. Just toast. #breakfast",
    "Market breakfast before the rain #breakfast #market",
)
PICTURES = (
    "Low tide #beach",
    "Golden hour on the viaduct #walk",
    "Reading corner, finally #sunday",
    "The cat disapproves #cat",
    "New bike day #bike",
    "Tomatoes, at last #allotment",
    "Platform two, 06:58 #commute",
)

APPOINTMENTS = (
    ("Dentist", 0.5), ("Team meeting", 1), ("Lunch with Sam", 1), ("Choir", 2), ("Yoga", 1.25),
    ("Call with the bank", 0.5), ("Parents' evening", 1.5), ("Project review", 1), ("Swim", 1),
    ("Haircut", 0.75), ("1:1", 0.5), ("Book club", 2), ("Boiler service", 2), ("GP", 0.25),
)  # fmt: skip
FRIENDS = ("Sam", "Nia", "Jo", "Theo", "Mia")
ALL_DAY = ("Holiday", "Train strike", "Mum's birthday", "Working from home", "Bins: recycling")

# Title, text and site of pages that people share.
PAGES_SHARED = (
    ("Bridges of the north", "A walk along seven of them, with a map.", "walks.example"),
    ("How bread became slow again", "Three bakers and a mill.", "kitchen.example"),
    ("The last ferry", "A photographer spent a winter on board.", "pictures.example"),
    ("Why the heron waits", "Patience, explained by a biologist.", "nature.example"),
    ("Council opens the old baths", "Swimming from Monday, sauna from May.", "town.example"),
    ("Twelve easy soups", "", "kitchen.example"),
)
PAGES_LIKED = (
    ("Harbour Jazz Club", "jazz.example"),
    ("Museum of Small Engines", "engines.example"),
    ("Canal Walkers", "canal.example"),
    ("The Allotment Society", "allotment.example"),
    ("Brightside Books", "brightside.example"),
    ("Northern Relay", "relay.example"),
    ("Mill Lane Repair Café", "repair.example"),
    ("Riverside 5k", "riverside.example"),
)
CHECK_INS = ("Harbour Station", "Pier Coffee", "Castle Park", "City Museum", "Corn Exchange")

NOTES = (
    "Buy lamp oil",
    "Idea: map of all benches with a view",
    "Call the landlord about the boiler",
    "The accordion needs new reeds",
    "Read: the one about lighthouses",
    "Good walk today, out along the weir and back by tram",
    "Birthday list: gloves, tea, a decent torch",
    "Plant the garlic before the first frost",
)
THINGS_TO_REMEMBER = (
    ("Boiler", "Serviced every October"),
    ("Bike", "The frame number is in the blue folder"),
    ("Library", "Books are due on the first Friday"),
    ("Allotment", "The key hangs behind the door"),
)
MERCHANTS = ("Greenbasket", "Brightside Books", "Northline Rail", "Pier Coffee", "Wear Again")
