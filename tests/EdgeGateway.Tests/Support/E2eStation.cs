using System.Text.Json;

namespace EdgeGateway.Tests.Support;

/// <summary>One data directory and the commands of the person who looks after it, whether a gateway runs on it or not.</summary>
sealed class E2eStation : IAsyncDisposable
{
    const int EvidencePage = 20_000;

    readonly TempFolder _folder = new();
    readonly List<GatewayProcess> _gateways = [];

    public E2eStation() => Data = _folder["data"];

    public string Data { get; init; }

    /// <summary>The one that was started last.</summary>
    public GatewayProcess Gateway => _gateways[^1];

    /// <summary>A new data directory with a gateway on it.</summary>
    public static async Task<E2eStation> StartedAsync(params string[] settings)
    {
        var station = new E2eStation();
        await station.StartAsync(settings);
        return station;
    }

    public string File(params string[] names) => Path.Combine([Data, .. names]);

    /// <summary>A file beside the data directory.</summary>
    public string Beside(string name) => _folder[name];

    public async Task<GatewayProcess> StartAsync(params string[] settings)
    {
        await Launch(settings).WaitUntilReadyAsync();
        return Gateway;
    }

    /// <summary>The same without waiting until it is ready.</summary>
    public GatewayProcess Launch(params string[] settings) => LaunchUnder([], settings);

    /// <param name="under">A program and its arguments to start the gateway with.</param>
    public GatewayProcess LaunchUnder(IReadOnlyList<string> under, params string[] settings)
    {
        _gateways.Add(GatewayProcess.Launch(Data, settings, under));
        return Gateway;
    }

    public Task<E2eResult> RunAsync(params string[] arguments) =>
        E2eCommand.RunAsync("dotnet", [E2ePrograms.Edgegw, .. arguments, "--data", Data]);

    /// <summary>The command's JSON; it must succeed.</summary>
    public async Task<JsonElement> AskAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
        return result.Json;
    }

    /// <returns>The device's secret.</returns>
    public async Task<string> AddDeviceAsync(string id, string profile = "camera-mqtt") =>
        (await AskAsync("device", "add", "--id", id, "--profile", profile)).GetProperty("secret").GetString()!;

    /// <summary>Evidence and refusals, as the list shows them.</summary>
    public async Task<IReadOnlyList<JsonElement>> EvidenceAsync(params string[] arguments)
    {
        var items = new List<JsonElement>();
        while (true)
        {
            // In pages, so that no command takes longer the more there is.
            string[] after = items.Count == 0 ? [] : ["--after", items[^1].GetProperty("index").GetRawText()];
            var page = (await AskAsync(["evidence", "list", .. arguments, .. after, "--limit", $"{EvidencePage}"])).EnumerateArray().ToList();
            items.AddRange(page);
            if (page.Count < EvidencePage) return items;
        }
    }

    /// <summary>Every entry from an index on, of whatever kind.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAsync(long from = 0)
    {
        var size = (await AskAsync("ledger", "status")).GetProperty("size").GetInt64();
        var entries = new List<JsonElement>();
        for (var index = from; index < size; index++)
        {
            entries.Add(await AskAsync("evidence", "show", index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        return entries;
    }

    public Task<E2eResult> VerifyAsync(params string[] arguments) => RunAsync(["ledger", "verify", "--json", .. arguments]);

    /// <summary>Asserts that the ledger verifies.</summary>
    public async Task AssertVerifiesAsync(params string[] arguments)
    {
        var result = await VerifyAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.True(result.Json.GetProperty("ok").GetBoolean(), result.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        _folder.Dispose();
    }
}
