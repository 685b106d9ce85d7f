# A marimo notebook (`marimo edit prices.py` opens it). Which article is the dearest?
#
# It says a lamp for 9.50, though there is a desk for 120. Look at the prices where they are compared:
#   dap-kernel debug docs/examples/prices.py -b 36

import marimo

app = marimo.App()


@app.cell
def report(dearest, total):
    print(f"the dearest article is the {dearest['name']} at {dearest['price']}")
    print(f"all together: {total:.2f}")
    return


@app.cell
def table():
    import csv

    articles = list(csv.DictReader(["name,price", "chair,45.00", "desk,120.00", "lamp,9.50"]))
    return (articles,)


@app.cell
def sums(articles):
    total = sum(float(article["price"]) for article in articles)
    return (total,)


@app.cell
def dearest_article(articles):
    def dearer(one, other):
        """Return the dearer of two articles."""
        if one["price"] > other["price"]:
            return one
        return other

    dearest = articles[0]
    for article in articles[1:]:
        dearest = dearer(article, dearest)
    return (dearest,)


if __name__ == "__main__":
    app.run()
