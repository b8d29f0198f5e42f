using System.Diagnostics;
using System.Globalization;

namespace EdgeGateway.Tests.Support;

/// <summary>Debian's mosquitto clients; a test that cannot find them fails.</summary>
static class MqttClients
{
    public static Task<Result> PublishAsync(MqttGateway gateway, string device, params string[] arguments) =>
        RunAsync("mosquitto_pub", gateway, device, arguments);

    /// <summary>With something to read on its standard input.</summary>
    public static Task<Result> PublishLinesAsync(MqttGateway gateway, string device, string lines, params string[] arguments) =>
        RunAsync("mosquitto_pub", gateway, device, arguments, lines);

    public static Task<Result> SubscribeAsync(MqttGateway gateway, string device, params string[] arguments) =>
        RunAsync("mosquitto_sub", gateway, device, arguments);

    /// <summary>Publishes, and prints what comes on the response topic, on one connection.</summary>
    public static Task<Result> RequestAsync(MqttGateway gateway, string device, params string[] arguments) =>
        RunAsync("mosquitto_rr", gateway, device, arguments);

    static async Task<Result> RunAsync(string program, MqttGateway gateway, string device, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] connection =
            ["-h", "127.0.0.1", "-p", gateway.Port.ToString(CultureInfo.InvariantCulture), "-i", device, "-u", device, "-P", MqttDevices.Secret];
        foreach (var argument in (string[])[.. connection, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(MqttDeadline.Token);
            var error = process.StandardError.ReadToEndAsync(MqttDeadline.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(MqttDeadline.Token);
            return new Result(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public sealed record Result(int ExitCode, string Output, string Error);
}
