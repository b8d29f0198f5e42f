using System.Text.Json;
using EdgeGateway.Simulators.Processes;

namespace EdgeGateway.Simulators.Enrolment;

/// <summary>Registers devices through the product's own command line, as a person would.</summary>
/// <param name="edgegw">The product's command line, as words.</param>
sealed class ProductRegistry(IReadOnlyList<string> edgegw, string data)
{
    const int AnswerIsNo = 1;

    /// <returns>The new secret; null for a device on a line that got none.</returns>
    /// <exception cref="EnrolmentFailedException">The product would not have it.</exception>
    /// <exception cref="ProcessFailedException">The product can't be started.</exception>
    public async Task<string?> AddAsync(EnrolledDevice device, CancellationToken cancellationToken)
    {
        string[] line = device.LinePath is null ? [] : ["--line", device.LinePath];
        string[] mn = device.Mn is null ? [] : ["--mn", device.Mn];
        var added = await RunAsync(["add", "--id", device.Id, "--profile", device.Profile, "--bench", .. line, .. mn], cancellationToken);
        if (added.ExitCode == 0) return SecretIn(added, device);

        // It may be there from an earlier time: then it gets a new secret, or is left as it is on a line. A device of the station is left alone.
        if (added.ExitCode == AnswerIsNo && await RunAsync(["show", device.Id], cancellationToken) is { ExitCode: 0 } shown)
        {
            if (!IsBench(shown, device)) throw new EnrolmentFailedException($"'{device.Id}' is a device of the station and not of a bench: name the scenario's fleet otherwise");
            if (device.LinePath is not null) return null;
            var renewed = await RunAsync(["credential", device.Id], cancellationToken);
            if (renewed.ExitCode == 0) return SecretIn(renewed, device);
        }

        throw new EnrolmentFailedException($"'device add --id {device.Id}' ended with {added.ExitCode}: {added.Error.Trim()}");
    }

    Task<ProcessResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(edgegw[0], [.. edgegw.Skip(1), "device", .. arguments, "--data", data, "--json"], cancellationToken);

    static string? SecretIn(ProcessResult result, EnrolledDevice device)
    {
        var value = Member(result, "secret", device);
        var secret = value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        if (secret is null && device.LinePath is null) throw new EnrolmentFailedException($"the product gave no secret for '{device.Id}'");
        return secret;
    }

    static bool IsBench(ProcessResult result, EnrolledDevice device) => Member(result, "bench", device) is { ValueKind: JsonValueKind.True };

    static JsonElement? Member(ProcessResult result, string name, EnrolledDevice device)
    {
        try
        {
            using var json = JsonDocument.Parse(result.Output);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
        }
        catch (JsonException)
        {
            // What it printed may hold a secret, so the message does not repeat it.
            throw new EnrolmentFailedException($"what the product printed for '{device.Id}' is not JSON");
        }
    }
}

/// <summary>A device as it is registered.</summary>
/// <param name="LinePath">The serial line it is on; null on MQTT.</param>
/// <param name="Mn">HJ 212 number; null where its frames carry none.</param>
sealed record EnrolledDevice(string Id, string Profile, string? LinePath, string? Mn);
