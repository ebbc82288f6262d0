//! What the compiler would refuse, as far as it can be seen without it: names
//! given twice, and types without values.

use std::collections::BTreeSet;

use syn::{Fields, ImplItem, Item};

/// Returns the faults in generated code.
pub(crate) fn faults(rust: &str) -> Vec<String> {
    let file = syn::parse_file(rust).unwrap();
    let mut faults = Vec::new();
    items(&file.items, "crate", &mut faults);
    faults
}

fn items(all: &[Item], place: &str, faults: &mut Vec<String>) {
    let mut types = BTreeSet::new();
    let mut methods = BTreeSet::new();
    for item in all {
        match item {
            Item::Struct(item) => {
                once(&mut types, &item.ident, place, faults);
                fields(&item.fields, &item.ident.to_string(), faults);
            }
            Item::Enum(item) => {
                once(&mut types, &item.ident, place, faults);
                let mut variants = BTreeSet::new();
                for variant in &item.variants {
                    once(&mut variants, &variant.ident, &item.ident.to_string(), faults);
                }
                if item.variants.is_empty() {
                    faults.push(format!("{} has no value", item.ident));
                }
            }
            Item::Impl(item) if item.trait_.is_none() && place == "crate" => {
                for method in &item.items {
                    if let ImplItem::Fn(method) = method {
                        once(&mut methods, &method.sig.ident, "Client", faults);
                    }
                }
            }
            Item::Mod(item) => {
                let inner = item.content.as_ref().map_or(&[][..], |(_, inner)| inner);
                items(inner, &item.ident.to_string(), faults);
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, place: &str, faults: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for field in fields {
        if let Some(name) = &field.ident {
            once(&mut names, name, place, faults);
        }
    }
}

fn once(taken: &mut BTreeSet<String>, name: &impl ToString, place: &str, faults: &mut Vec<String>) {
    let name = name.to_string();
    if !taken.insert(name.clone()) {
        faults.push(format!("{name} is twice in {place}"));
    }
}

#[test]
fn faults_are_seen() {
    let rust = "struct A { x: u8, x: u8 } mod types { enum E { V, V } struct E; enum Never {} } impl Client { fn f() {} fn f() {} }";
    assert_eq!(
        faults(rust),
        ["x is twice in A", "V is twice in E", "E is twice in types", "Never has no value", "f is twice in Client",]
    );
}
