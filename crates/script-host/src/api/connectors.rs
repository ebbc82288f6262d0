//! Connector definitions: kinds of sources and destinations.

use airway_client::{CustomConnector, Definition, DestinationKind, SourceKind, Workspace};

use super::lists::ListOptions;
use super::scaffold::scaffold;
use crate::registry::{Call, Handle, Items, Json, Raise, Registry};

type SourceDefinition = Definition<SourceKind>;
type DestinationDefinition = Definition<DestinationKind>;

options! {
    /// A connector as a container image.
    struct Custom {
        /// the image without its tag
        image: String,
        /// the tag of the image
        version: String,
        /// where its documentation is
        documentation_url: Option<String>,
    }
}

impl From<Custom> for CustomConnector {
    fn from(given: Custom) -> Self {
        let connector = Self::new(given.image, given.version);
        match given.documentation_url {
            Some(url) => connector.documentation_url(url),
            None => connector,
        }
    }
}

/// Sources and destinations have the same functions under their own names.
macro_rules! connector {
    ($Definition:ident, $about:literal, $one:literal, $all:literal, $one_fn:ident, $all_fn:ident,
     $ensure:ident, $example:literal) => {
        impl Handle for $Definition {
            const NAME: &'static str = stringify!($Definition);
            const DOC: &'static str = $about;

            fn show(&self) -> String {
                self.name().to_owned()
            }

            fn same(&self, other: &Self) -> bool {
                self.id() == other.id()
            }
        }

        fn $one_fn(api: &mut Registry) {
            api.handle::<$Definition>();
            api.method($one)
                .doc("Returns a connector: by image, by name, or by a part of the name that only one has.")
                .param("name", "such as \"postgres\"")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").name);"))
                .native(|call: &Call<'_>, workspace: Workspace, name: String| -> Result<$Definition, Raise> {
                    call.run(workspace.$one_fn(&name))
                });
            api.method($all)
                .doc("Returns the connectors that the workspace can use.")
                .param("options", "how many")
                .example(concat!("print(connect().workspace().", $all, "().len > 0);"))
                .pure()
                .native(|call: &Call<'_>, workspace: Workspace, options: ListOptions| {
                    let first = |mut all: Vec<$Definition>| { all.truncate(options.most()); all };
                    call.run(async { workspace.$all_fn().await.map(first) }).map(Items)
                });
            api.method(stringify!($ensure))
                .doc("Makes sure that there is a connector of that name from that image: adds it, sets its version, or does nothing. Adding one runs the image.")
                .param("name", "its name")
                .param("connector", "the image")
                .example(concat!("connect().workspace().", stringify!($ensure), "(\"Mine\", #{ image: \"example/mine\", version: \"1.0\" });"))
                .native(|call: &Call<'_>, workspace: Workspace, name: String, connector: Custom| -> Result<$Definition, Raise> {
                    let connector = CustomConnector::from(connector);
                    call.run(workspace.$ensure(&name, &connector)).map(|ensured| ensured.resource)
                });
            api.property("id")
                .doc("The id of the definition.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").id);"))
                .native(|_: &Call<'_>, definition: $Definition| definition.id().to_owned());
            api.property("name")
                .doc("The name of the connector.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").name);"))
                .native(|_: &Call<'_>, definition: $Definition| definition.name().to_owned());
            api.property("docker_repository")
                .doc("The image that the connector runs from.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").docker_repository);"))
                .native(|_: &Call<'_>, definition: $Definition| definition.docker_repository().to_owned());
            api.property("version")
                .doc("The version of the connector.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").version);"))
                .native(|_: &Call<'_>, definition: $Definition| definition.version().to_owned());
            api.method("spec")
                .doc("Returns the JSON schema of the connector's configuration.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").spec().title);"))
                .native(|call: &Call<'_>, definition: $Definition| {
                    call.run(async { definition.specification().await.map(|spec| Json(spec.schema().clone())) })
                });
            api.method("scaffold")
                .doc("Returns a configuration to begin with, as a text to put into a script: what is required, and the rest in comments.")
                .example(concat!("print(connect().workspace().", $one, "(\"", $example, "\").scaffold());"))
                .native(|call: &Call<'_>, definition: $Definition| {
                    call.run(async { definition.specification().await.map(|spec| scaffold(spec.schema())) })
                });
        }
    };
}

connector!(
    SourceDefinition,
    "A kind of source, such as Postgres.",
    "source_definition",
    "source_definitions",
    source_definition,
    source_definitions,
    ensure_custom_source_definition,
    "postgres"
);
connector!(
    DestinationDefinition,
    "A kind of destination, such as S3.",
    "destination_definition",
    "destination_definitions",
    destination_definition,
    destination_definitions,
    ensure_custom_destination_definition,
    "S3"
);

pub(super) fn describe(api: &mut Registry) {
    source_definition(api);
    destination_definition(api);
}
