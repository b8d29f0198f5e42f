return await EdgeGateway.Cli.EdgegwCommand.RunAsync(args);
