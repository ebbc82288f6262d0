//! Catalogs: which streams a source has, and how they are copied.

use airway_client::{Catalog, CatalogDiff, Stream};
use rhai::{Array, Dynamic};

use crate::registry::{Arg, Call, Handle, Items, Json, ListOf, Mismatch, Raise, Registry, Ty};

impl Handle for Catalog {
    const NAME: &'static str = "Catalog";
    const DOC: &'static str = "Streams, and how each of them is copied. Every change returns a new catalog.";
    const ITERABLE: bool = true;

    fn show(&self) -> String {
        self.streams().iter().map(Stream::full_name).collect::<Vec<_>>().join(", ")
    }

    /// Two selections are the same selection only when they are one.
    fn same(&self, other: &Self) -> bool {
        self.id().is_some() && self.id() == other.id() && self.show() == other.show()
    }

    fn items(&self) -> Vec<Dynamic> {
        self.streams().iter().cloned().map(Dynamic::from).collect()
    }
}

impl Handle for Stream {
    const NAME: &'static str = "Stream";
    const DOC: &'static str = "One stream of a catalog: a table, a kind of record.";

    fn show(&self) -> String {
        self.full_name()
    }

    fn same(&self, other: &Self) -> bool {
        self.full_name() == other.full_name()
    }
}

/// One name or several.
pub(super) struct Names(Vec<String>);

impl Arg for Names {
    const TY: Ty = Ty::Either(&[Ty::Text, Ty::List(&Ty::Text)]);

    fn take(value: Dynamic) -> Result<Self, Mismatch> {
        if value.is::<Array>() {
            ListOf::take(value).map(|list| Self(list.0))
        } else {
            String::take(value).map(|name| Self(vec![name]))
        }
    }
}

impl Names {
    pub(super) fn as_strs(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Catalog>();
    api.handle::<Stream>();
    selection(api);
    modes(api);
    keys(api);
    stream(api);
}

fn selection(api: &mut Registry) {
    api.method("len")
        .doc("Returns how many streams there are.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nprint(catalog.len());")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog| i64::try_from(catalog.len()).unwrap_or(i64::MAX));
    api.property("streams")
        .doc("The streams, in the order of the source.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nfor stream in catalog.streams { print(stream.full_name); }")
        .native(|_: &Call<'_>, catalog: Catalog| Items(catalog.streams().to_vec()));
    api.method("stream")
        .doc("Returns a stream by `namespace.name`, or by its name where only one namespace has it.")
        .param("name", "the name")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nprint(catalog.stream(\"public.orders\").fields);")
        .native(|_: &Call<'_>, catalog: Catalog, name: String| -> Result<Stream, Raise> {
            Ok(catalog.stream(&name)?.clone())
        });
    api.method("select")
        .doc("Returns the catalog with only these streams.")
        .param("names", "names and patterns over `namespace.name`, such as \"public.order_*\"")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nprint(catalog.select([\"public.customers\", \"public.order*\"]));")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, names: Names| -> Result<Catalog, Raise> {
            Ok(catalog.select(names.as_strs())?)
        });
    api.method("reject")
        .doc("Returns the catalog without these streams.")
        .param("names", "names and patterns over `namespace.name`")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nprint(catalog.reject(\"public.order*\").len() < catalog.len());")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, names: Names| -> Result<Catalog, Raise> {
            Ok(catalog.reject(names.as_strs())?)
        });
    api.method("and")
        .doc("Returns the streams of both catalogs; a stream that both have is copied as the other one says.")
        .param("other", "streams that are copied in another way")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nlet orders = catalog.select(\"public.orders\").incremental(\"updated_at\").append();\nlet both = orders.and(catalog.select(\"public.customers\").full_refresh().overwrite());\nexpect_eq(both.len(), 2);")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, other: Catalog| catalog.and(&other));
    api.method("diff")
        .doc("Returns what changed from this catalog to a newer one of the same source. The settings of this one decide what is breaking.")
        .param("newer", "what the source is like now")
        .example("let shop = connect().workspace().source(\"Shop\");\nlet diff = shop.discover().diff(shop.discover(#{ fresh: true }));\nexpect_eq(diff.change, \"none\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, newer: Catalog| -> CatalogDiff { catalog.diff(&newer) });
    api.method("only_fields")
        .doc("Copies only these fields, and those that cursor and primary key need.")
        .param("fields", "top-level fields that every stream has")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nlet orders = catalog.select(\"public.orders\").only_fields([\"id\", \"updated_at\"]);")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, fields: Names| -> Result<Catalog, Raise> {
            Ok(catalog.only_fields(&fields.as_strs())?)
        });
    api.method("without_fields")
        .doc("Copies all fields but these.")
        .param("fields", "top-level fields that every stream has")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nlet orders = catalog.select(\"public.orders\").without_fields(\"updated_at\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, fields: Names| -> Result<Catalog, Raise> {
            Ok(catalog.without_fields(&fields.as_strs())?)
        });
}

fn modes(api: &mut Registry) {
    api.method("incremental")
        .doc("Copies only what is new since the last run; refused where a stream does not support it.")
        .param("cursor", "the field that tells what is new; that of the source when it is left out")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nlet orders = catalog.select(\"public.orders\").incremental(\"updated_at\");\nexpect_eq(orders.streams[0].cursor, \"updated_at\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, cursor: Option<String>| -> Result<Catalog, Raise> {
            Ok(cursor.map_or_else(|| catalog.incremental_by_default_cursor(), |cursor| catalog.incremental(&cursor))?)
        });
    api.method("full_refresh")
        .doc("Copies everything on every run.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.full_refresh().streams[0].sync_mode, \"full_refresh\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog| -> Result<Catalog, Raise> { Ok(catalog.full_refresh()?) });
    api.method("append")
        .doc("Adds copied records to what the destination has.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.full_refresh().append().streams[0].destination_sync_mode, \"append\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog| catalog.append());
    api.method("overwrite")
        .doc("Replaces what the destination has.")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.full_refresh().overwrite().streams[0].destination_sync_mode, \"overwrite\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog| catalog.overwrite());
    api.method("dedup")
        .doc("Keeps one record per primary key.")
        .param("key", "the fields of the key; those of the source when they are left out")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nlet orders = catalog.select(\"public.orders\").incremental(\"updated_at\").dedup([\"id\"]);\nexpect_eq(orders.streams[0].primary_key, [\"id\"]);")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, key: Option<Names>| -> Result<Catalog, Raise> {
            Ok(catalog.dedup(&key.as_ref().map(Names::as_strs).unwrap_or_default())?)
        });
}

fn keys(api: &mut Registry) {
    api.method("cursor")
        .doc("Sets the field that tells what is new, whatever the mode; one that the source defines stays.")
        .param("field", "a field that every stream has")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.select(\"public.orders\").cursor(\"updated_at\").stream(\"orders\").cursor, \"updated_at\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, field: String| -> Result<Catalog, Raise> {
            Ok(catalog.with_cursor(&field)?)
        });
    api.method("primary_key")
        .doc("Sets the primary key, whatever the mode; one that the source defines stays.")
        .param("key", "its fields")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.select(\"public.orders\").primary_key(\"id\").stream(\"orders\").primary_key, [\"id\"]);")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, key: Names| -> Result<Catalog, Raise> {
            Ok(catalog.with_primary_key(&key.as_strs())?)
        });
    api.method("alias")
        .doc("Lets a stream go under another name.")
        .param("stream", "`namespace.name`, or its name where only one namespace has it")
        .param("alias", "the other name")
        .example("let catalog = connect().workspace().source(\"Shop\").discover();\nexpect_eq(catalog.alias(\"public.orders\", \"purchases\").stream(\"public.orders\").alias, \"purchases\");")
        .pure()
        .native(|_: &Call<'_>, catalog: Catalog, stream: String, alias: String| -> Result<Catalog, Raise> {
            Ok(catalog.with_alias(&stream, &alias)?)
        });
}

fn stream(api: &mut Registry) {
    api.property("alias")
        .doc("The other name that it goes under; `()` when there is none.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect_eq(orders.alias, ());")
        .native(|_: &Call<'_>, stream: Stream| stream.alias().map(str::to_owned));
    api.property("selected_fields")
        .doc("The fields that are copied; `()` when all are.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().select(\"public.orders\");\nexpect_eq(orders.only_fields([\"id\"]).stream(\"orders\").selected_fields, [\"id\"]);")
        .native(|_: &Call<'_>, stream: Stream| stream.selected_fields().map(Items));
    api.property("name")
        .doc("The name without the namespace.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect_eq(orders.name, \"orders\");")
        .native(|_: &Call<'_>, stream: Stream| stream.name().to_owned());
    api.property("namespace")
        .doc("The namespace; `()` when there is none.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect_eq(orders.namespace, \"public\");")
        .native(|_: &Call<'_>, stream: Stream| stream.namespace().map(str::to_owned));
    api.property("full_name").doc("`namespace.name`.").example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect_eq(orders.full_name, \"public.orders\");")
        .native(|_: &Call<'_>, stream: Stream| stream.full_name());
    api.property("fields")
        .doc("The names of the top-level fields.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect(orders.fields.contains(\"id\"));")
        .native(|_: &Call<'_>, stream: Stream| Items(stream.fields()));
    api.property("schema")
        .doc("The JSON schema of a record.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nprint(orders.schema.properties.keys());")
        .native(|_: &Call<'_>, stream: Stream| stream.schema().map(Json));
    api.property("sync_modes")
        .doc("How the stream can be read: \"full_refresh\", \"incremental\".")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nexpect(orders.sync_modes.contains(\"incremental\"));")
        .native(|_: &Call<'_>, stream: Stream| Items(stream.supported_sync_modes()));
    api.property("sync_mode").doc("How the stream is read.").example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nprint(orders.sync_mode);")
        .native(|_: &Call<'_>, stream: Stream| stream.sync_mode());
    api.property("destination_sync_mode")
        .doc("How the stream is written.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nprint(orders.destination_sync_mode);")
        .native(|_: &Call<'_>, stream: Stream| stream.destination_sync_mode());
    api.property("cursor")
        .doc("The field that tells what is new, with dots between nested names; empty when there is none.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nprint(orders.cursor);")
        .native(|_: &Call<'_>, stream: Stream| stream.cursor().join("."));
    api.property("primary_key")
        .doc("The fields of the primary key.")
        .example("let orders = connect().workspace().source(\"Shop\").discover().stream(\"public.orders\");\nprint(orders.primary_key);")
        .native(|_: &Call<'_>, stream: Stream| Items(stream.primary_key().iter().map(|path| path.join(".")).collect()));
}
