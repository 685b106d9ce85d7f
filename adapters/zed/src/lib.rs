//! Tells Zed how to start dap-kernel. It knows nothing of what the server does.

use zed_extension_api::{
    self as zed, serde_json, DebugAdapterBinary, DebugConfig, DebugRequest, DebugScenario,
    DebugTaskDefinition, Result, StartDebuggingRequestArguments,
    StartDebuggingRequestArgumentsRequest, Worktree,
};

const SERVER: &str = "dap-kernel";

struct DapKernel;

impl zed::Extension for DapKernel {
    fn new() -> Self {
        DapKernel
    }

    fn get_dap_binary(
        &mut self,
        _adapter_name: String,
        task: DebugTaskDefinition,
        user_provided_path: Option<String>,
        worktree: &Worktree,
    ) -> Result<DebugAdapterBinary, String> {
        let command = user_provided_path
            .or_else(|| worktree.which(SERVER))
            .ok_or("dap-kernel is not on the path: install the Python package dap-kernel")?;
        let config: serde_json::Value =
            serde_json::from_str(&task.config).map_err(|it| format!("debug.json: {it}"))?;
        let request = kind(&config)?;
        Ok(DebugAdapterBinary {
            command: Some(command),
            arguments: vec!["dap".into()],
            envs: worktree.shell_env(),
            cwd: Some(worktree.root_path()),
            connection: None,
            request_args: StartDebuggingRequestArguments {
                configuration: task.config,
                request,
            },
        })
    }

    fn dap_request_kind(
        &mut self,
        _adapter_name: String,
        config: serde_json::Value,
    ) -> Result<StartDebuggingRequestArgumentsRequest, String> {
        kind(&config)
    }

    fn dap_config_to_scenario(&mut self, config: DebugConfig) -> Result<DebugScenario, String> {
        let DebugRequest::Launch(launch) = config.request else {
            return Err("to attach, write `\"request\": \"attach\"` in .zed/debug.json".into());
        };
        let env: serde_json::Map<_, _> = launch
            .envs
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        let arguments = serde_json::json!({
            "request": "launch",
            "program": launch.program,
            "args": launch.args,
            "cwd": launch.cwd,
            "env": env,
            "stopOnEntry": config.stop_on_entry.unwrap_or(false),
        });
        Ok(DebugScenario {
            label: config.label,
            adapter: config.adapter,
            build: None,
            config: arguments.to_string(),
            tcp_connection: None,
        })
    }
}

fn kind(config: &serde_json::Value) -> Result<StartDebuggingRequestArgumentsRequest, String> {
    match config.get("request").and_then(|it| it.as_str()) {
        Some("launch") => Ok(StartDebuggingRequestArgumentsRequest::Launch),
        Some("attach") => Ok(StartDebuggingRequestArgumentsRequest::Attach),
        _ => Err("`request` is `launch` or `attach`".into()),
    }
}

zed::register_extension!(DapKernel);
