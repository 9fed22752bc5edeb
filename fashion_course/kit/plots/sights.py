"""What only an eye can see in the pictures of the lessons, in words for who cannot see them.

The functions that draw say what can be computed; of photos and maps that is little. A lesson
passes such a sentence as `alt`, by the name of the cell, so that it tells nothing in advance.
"""

from collections.abc import Callable

from fashion_course.kit.words import _

SIGHTS: dict[str, Callable[[], str]] = {
    "wall": lambda: _("Pullovers, coats and shirts look much alike."),
    "scale": lambda: _(
        "Raw, the boot is a white blot without any detail; scaled once, a photo of a boot; scaled "
        "twice, all is black."
    ),
    "wrap": lambda: _(
        "Plus 60 in bytes, the bright leather of the boot has turned black and the background is "
        "grey; plus 60 in floats, the boot is almost white on grey."
    ),
    "flag": lambda: _(
        "The first two flags show the same three upright stripes in blue, yellow and orange; the "
        "third, after reshape, is a chequered pattern of greys."
    ),
    "recipe": lambda: _(
        "An ankle boot; its toe, pointing down, if it was turned before the cut; a piece of its "
        "sole, upright, if it was cut first."
    ),
    "loader-why": lambda: _(
        "Sorted by label, all photos are T-shirts; shuffled, shoes, bags, trousers and tops are "
        "all mixed up."
    ),
    "looks": lambda: _("In envelope A the labels fit the photos, in envelope D they do not."),
    "templates": lambda: _(
        "The trouser is sharp; the sandal is a dark blur; pullover, coat and shirt are almost the "
        "same grey torso with sleeves."
    ),
    "votes": lambda: _(
        "An orange shaft and sole vote for the boot, a purple toe for the sneaker; orange sleeves "
        "and sides vote for the T-shirt; between coat and pullover there are only faint colours."
    ),
    "flatten": lambda: _("Each scrambled twin looks like noise."),
    "edges": lambda: _(
        "Left edges of the T-shirt are orange and right edges purple; upper edges orange and lower "
        "edges purple; the average is a pale orange, blurred copy."
    ),
    "pooling": lambda: _(
        "The map of upright edges is orange and purple; after the ReLU the purple is gone; after "
        "pooling the map is coarser, and the orange edges are still in place."
    ),
    "kernels": lambda: _(
        "Some maps light up along upper edges, one on the whole shoe, two on the dark background."
    ),
    "patches": lambda: _(
        "Within a row the patches resemble each other, an edge, a corner or a texture in the same "
        "place; between rows they differ."
    ),
    "six": lambda: _(
        "A: a dark diagonal, but trouser and bag lie in each other's columns. B: one dark column, "
        "all else empty. C: a dark diagonal. D: the lower half of the rows lies in the left five "
        "columns, the right five columns are empty. E: a dark diagonal moved one column to the "
        "right. F: grey everywhere."
    ),
    "label": lambda: _(
        "In three rows a sneaker, a digit 2 and a digit 6. The mirrored 2 is a 5, the 6 turned by "
        "180 degrees is a 9; the sneaker remains a sneaker."
    ),
}


def sight(name: str) -> str:
    """Return the sentence on a picture of the lessons, by the name of its cell.

    Raises:
        ValueError: there is no sentence of that name.
    """
    if name not in SIGHTS:
        raise ValueError(f"no sentence is called {name!r}: pass one of {', '.join(SIGHTS)}")
    return SIGHTS[name]()
