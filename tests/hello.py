"""The smallest Flask application there is: what the benchmarks compare with. It imports nothing of the platform."""

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    return "Hello, World!"
