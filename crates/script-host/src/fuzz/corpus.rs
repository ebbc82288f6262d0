//! What is mutated.

use std::fs;
use std::path::{Path, PathBuf};

use crate::registry::Registry;

/// Scripts, cut into tokens.
pub(super) struct Corpus {
    scripts: Vec<Vec<String>>,
    tokens: Vec<String>,
    modules: Vec<(PathBuf, String)>,
}

/// What no script says by itself.
const HOSTILE: [&str; 44] = [
    "loop {",
    "while true {",
    "for i in 0..9223372036854775807 {",
    "fn f(x) { f(x + 1) }",
    "f(1)",
    "|x|",
    "||",
    "#{",
    "[",
    "(",
    "{",
    "${",
    "`",
    "\"",
    "'",
    "/*",
    "//",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "0x",
    "()",
    "null",
    "this",
    "..=",
    "?.",
    "?[",
    "??",
    "**",
    "import \"lib/shop\" as s",
    "import \"main\" as m",
    "export",
    "global::",
    "throw",
    "exit(3)",
    "try {",
    "} catch (e) {",
    "switch",
    "=>",
    "parallel_map(|x| x)",
    "retry(#{}, |n| n)",
    "timeout(1, || 1)",
    "日本語🚀",
    "\u{e0a1}",
];

/// Scripts that are hostile as a whole.
const SCRIPTS: [&str; 12] = [
    "let a = []; loop { a = [a]; }",
    "let m = #{}; loop { m = #{ m: m }; }",
    "let f = || 1; loop { let g = f; f = || g; }",
    "let h = [[]]; loop { h.push([h.pop()]); }",
    "let s = \"x\"; for i in 0..14 { s += s; } print(s.len); s.replace(\"x\", s);",
    "let a = [1]; for i in 0..14 { a += a; } print(a == a); print(`${a}`.len);",
    "fn f(n) { [n].map(|x| f(x + 1)) } f(0);",
    "let a = [1, 2, 3]; a.parallel_map(|x| a.parallel_map(|y| x * y, #{ concurrency: 2 }));",
    "let a = [3, 1, 2]; a.sort(|x, y| { throw \"no\" });",
    "try { timeout(0.001, || { loop { } }) } catch (e) { print(e.kind) }",
    "let e = (); try { throw #{ message: #{}, line: -1, position: 0, source: \"none\" } } catch (x) { e = x } throw e;",
    "const C = #{ a: 1 }; C.a = 2; C.b.c += 1;",
];

impl Corpus {
    pub(super) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        collect(&root.join("scripts"), &mut files);
        collect(&root.join("tests/fixtures"), &mut files);
        files.sort();
        let mut texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let modules =
            texts.iter().zip(&files).filter(|(_, file)| file.parent().is_some_and(|folder| folder.ends_with("lib")));
        let modules =
            modules.map(|(text, file)| (Path::new("lib").join(file.file_name().unwrap()), text.clone())).collect();
        texts.extend(Registry::complete().functions().iter().map(|function| function.example.to_owned()));
        texts.extend(SCRIPTS.map(str::to_owned));
        let scripts: Vec<Vec<String>> = texts.iter().map(|text| tokens(&offline(text))).collect();
        let mut tokens: Vec<String> = scripts.iter().flatten().cloned().collect();
        tokens.sort();
        tokens.dedup();
        tokens.extend(HOSTILE.map(str::to_owned));
        Self { scripts, tokens, modules }
    }

    pub(super) fn scripts(&self) -> &[Vec<String>] {
        &self.scripts
    }

    pub(super) fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Writes what scripts import.
    pub(super) fn write_modules(&self, folder: &Path) {
        fs::create_dir_all(folder.join("lib")).unwrap();
        for (path, text) in &self.modules {
            fs::write(folder.join(path), text).unwrap();
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rhai") {
            files.push(path);
        }
    }
}

/// Nothing is sent anywhere, and nothing said.
fn offline(text: &str) -> String {
    ["connect(", "warn(", "debug("].iter().fold(text.to_owned(), |text, call| text.replace(call, "print("))
}

/// Words, spaces, and single symbols.
fn tokens(text: &str) -> Vec<String> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 0;
    for c in text.chars() {
        match tokens.last_mut() {
            Some(token) if class(c) == last && last > 0 => token.push(c),
            _ => tokens.push(c.to_string()),
        }
        last = class(c);
    }
    tokens
}
