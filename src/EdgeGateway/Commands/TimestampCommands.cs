using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Commands;

/// <summary>Trusted time: <c>ledger timestamp</c>, and its part of <c>ledger status</c>.</summary>
sealed class TimestampCommands(GatewayData data, Timestamper timestamper)
{
    /// <summary>Asks the authorities now, also those that failed lately.</summary>
    public async Task<JsonNode> TimestampAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var options = data.Settings.Timestamps;
        if (options.None) throw Failure.Of("timestamp.none-here");
        if (options.Authorities.Count == 0) throw Failure.Of("timestamp.not-set");
        var anchors = await timestamper.RunAsync(now: true, cancellationToken);
        if (anchors.Count == 0)
        {
            throw Failure.Of("timestamp.no-token", string.Join(" ", timestamper.Authorities.Select(state => $"{state.Authority.Name}: {state.Error}")));
        }

        return new JsonObject
        {
            ["anchors"] = new JsonArray([.. anchors.Select(index => (JsonNode)index)]),
            ["newest"] = Newest(),
        };
    }

    /// <summary>Says in <c>state</c> whether anybody vouches for the time here.</summary>
    public async Task<JsonNode> StatusAsync(CancellationToken cancellationToken)
    {
        var options = data.Settings.Timestamps;
        if (!options.None) await timestamper.LookAsync(cancellationToken);
        return new JsonObject
        {
            ["state"] = options.None ? "none-at-this-site" : options.Authorities.Count == 0 ? "not-set" : "on",
            ["newest"] = Newest(),
            ["waitingSince"] = CommandArguments.Text(timestamper.WaitingSince),
            ["waitingItems"] = timestamper.WaitingItems,
            ["authorities"] = new JsonArray([.. options.Authorities.Select(one => (JsonNode)Authority(one))]),
        };
    }

    JsonObject? Newest() => timestamper.Newest is not { } newest ? null : new JsonObject
    {
        ["index"] = newest.Index,
        ["size"] = newest.Size,
        ["time"] = CommandArguments.Text(newest.Time),
        ["by"] = newest.By,
        ["ends"] = CommandArguments.Text(TrustLookup.EndOf(newest, data.Settings.Timestamps)),
    };

    /// <summary>What is known since the gateway started.</summary>
    JsonObject Authority(AuthorityOptions options)
    {
        var state = timestamper.Authorities.FirstOrDefault(state => state.Authority.Name == options.Name);
        return new JsonObject
        {
            ["name"] = options.Name,
            ["url"] = options.Url,
            ["lastSuccess"] = CommandArguments.Text(state?.LastSuccess),
            ["failures"] = state?.Failures ?? 0,
            ["error"] = state?.Error,
            ["nextTry"] = CommandArguments.Text(state?.NextTry),
        };
    }
}
