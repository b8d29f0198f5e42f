using System.Text.Json.Nodes;
using EdgeGateway.Clocks;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>The clock: <c>clock status · confirm</c>.</summary>
sealed class ClockCommands(GatewayData data)
{
    /// <summary>The private part of an entry has room for 64 KiB; a reason needs less.</summary>
    public const int MaximumReason = 1000;

    public async Task<JsonNode> StatusAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        await data.CatchUpViewsAsync(cancellationToken);
        return ToJson();
    }

    public async Task<JsonNode> ConfirmAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var reason = arguments.RequiredText("reason").Trim();
        if (reason.Length is 0 or > MaximumReason) throw Failure.Usage("usage.value", "--reason", Evidence.DisplayText.Of(reason, 100), Said.Of("usage.long", reason.Length, MaximumReason));
        var now = data.Clock.Read();
        if (now.Utc < BuildDate.Value)
        {
            throw Failure.Of("clock.before-build", data.Site.Show(now.Utc), data.Site.Show(BuildDate.Value));
        }

        var outcome = await ClockEntries.ConfirmAsync(data.Ledger, reason, actor, cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        return new JsonObject
        {
            ["index"] = outcome.Index,
            ["leafHash"] = outcome.LeafHash.ToString(),
            ["at"] = CommandArguments.Text(outcome.SealedAt),
            ["mayDecideByDate"] = data.Clock.MayDecideByDate,
            ["why"] = data.Clock.Why,
        };
    }

    public JsonObject ToJson()
    {
        var now = data.Clock.Read();
        var why = data.Clock.Why;
        return new JsonObject
        {
            ["at"] = CommandArguments.Text(now.Utc),
            ["source"] = now.Source,
            ["state"] = ClockStates.Text(now.State),
            ["offsetUs"] = now.OffsetMicroseconds,
            ["uncertaintyUs"] = now.UncertaintyMicroseconds,
            ["bootId"] = now.BootId,
            ["monoUs"] = now.MonotonicMicroseconds,
            ["floor"] = CommandArguments.Text(data.Clock.Floor),
            ["mayDecideByDate"] = why is null,
            ["why"] = why,
            ["unconfirmedJump"] = data.Clock.Unconfirmed is { } jump
                ? new JsonObject { ["index"] = jump.Index, ["at"] = CommandArguments.Text(jump.At), ["jumpUs"] = jump.Microseconds }
                : null,
        };
    }
}
