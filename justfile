# What people do by hand, one line each. `just --list` shows them.

# Run the reference pipeline on the embedded sandbox.
demo:
    cargo run --release -- run scripts/ecommerce_pipeline.rhai --sandbox

# All tests.
test:
    cargo test --workspace

# What CI checks.
ci:
    bash .ci/run

# Formatting and lints, mended where a tool can.
fix:
    cargo fmt --all && cargo clippy --workspace --all-targets --fix --allow-dirty

# Documentation of all crates, in a browser.
doc:
    cargo doc --workspace --no-deps --open

# Licences, sources and duplicates of dependencies.
deny:
    cargo deny check

# Generate the bindings from another OpenAPI document.
bindings SPEC:
    AIRWAY_OPENAPI={{absolute_path(SPEC)}} cargo build -p airway-api-gen

# What the script host costs.
bench-host:
    cargo bench -p airway-script-host --bench host

# What the client costs: lists and catalogs.
bench-client:
    cargo bench -p airway-client --bench listing --bench catalog

# How fast and how large the sandbox is.
bench-sandbox:
    cargo bench -p airway-script-host --bench sandbox

# Mutated scripts: no panic, no abort, no hang.
fuzz COUNT="1000000" SEED="1":
    AIRWAY_FUZZ_COUNT={{COUNT}} AIRWAY_FUZZ_SEED={{SEED}} cargo test --release -p airway-script-host --lib fuzz -- --nocapture
