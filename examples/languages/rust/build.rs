fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = ["../proto/plugin.proto", "../../greeter-logger/proto/greeter.proto"];
    let folders = ["../proto", "../../greeter-logger/proto"];
    tonic_prost_build::configure()
        .compile_fds(protox::compile(files, folders)?)
        .map_err(Into::into)
}
