"""Pages of the products of a startup and their pictures."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from crm.documents import queries as document_queries
from crm.documents.pictures import accept
from crm.startups import parts, policies, queries
from crm.startups.forms import AddProductForm, EditProductForm, PicturesForm
from crm.startups.models import Product, Startup
from crm.startups.views.blueprint import bp
from crm.startups.views.record import record_page
from crm.web.answers import add_page, counted_once, edit_page, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.get("/<int:startup_id>/products")
@requires(policies.may_see, startup=queries.find_startup)
def list_products(startup: Startup) -> Any:
    products = queries.products_of(startup)
    pictures = document_queries.documents_of_all(Product.__tablename__, [one.id for one in products])
    return record_page("startups/list_products.html", startup, products=products, pictures=pictures)


@bp.route("/<int:startup_id>/products/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
@counted_once
def add_product(startup: Startup) -> Any:
    form = AddProductForm()
    then = url_for("startups.list_products", startup_id=startup.id)
    add = partial(parts.add_product, startup)
    return add_page("startups/add_product.html", form, add, _("Product recorded."), then, startup=startup)


@bp.route("/products/<int:product_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, product=queries.find_product)
def edit_product(product: Product) -> Any:
    def build(**source: Any) -> Any:
        return EditProductForm(obj=product, **source)

    edit = partial(parts.edit_product, product)
    then = url_for("startups.list_products", startup_id=product.startup_id)
    return edit_page("startups/edit_product.html", build, edit, then, product=product, startup=product.startup)


@bp.post("/products/<int:product_id>/remove")
@requires(policies.may_write, product=queries.find_product)
def remove_product(product: Product) -> Response:
    parts.archive(product, by=actor(), at=now())
    flash(_("The product was taken out; the history keeps it."), "done")
    return see_other("startups.list_products", startup_id=product.startup_id)


@bp.route("/products/<int:product_id>/pictures", methods=["GET", "POST"])
@requires(policies.may_write, product=queries.find_product)
def add_pictures(product: Product) -> Any:
    form = PicturesForm()

    def save() -> Response:
        files = [one for one in form.pictures.data or () if one.filename]
        uploads = [accept(one.filename, one.read(), field="pictures", pictures_only=True) for one in files]
        parts.add_pictures(product, uploads, by=actor(), at=now())
        flash(_("Pictures added."), "done")
        return see_other("startups.list_products", startup_id=product.startup_id)

    return form_page("startups/add_pictures.html", form, save, product=product, startup=product.startup)
