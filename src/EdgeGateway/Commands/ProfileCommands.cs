using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using EdgeGateway.Retention;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary><c>profile apply</c>: puts the profiles that are in <c>Gateway:Profiles</c> now in force, without a restart.</summary>
sealed class ProfileCommands(GatewayData data, DeviceRegistrar registrar)
{
    /// <summary>How many devices a refusal names.</summary>
    const int MaximumNamed = 5;

    public Task<JsonNode> ApplyAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        // Where a file is wrong, or leaves a device without a profile, nothing changes.
        var profiles = GatewayData.LoadProfiles(data.Settings.Gateway.Profiles);
        var retention = RetentionRules.Checked(data.Settings, profiles);
        return registrar.UndisturbedAsync<JsonNode>(
            async () =>
            {
                var plan = ProfilePlan.Of(data.Profiles, profiles, data.Directory.Current);
                RefuseStranding(plan);
                var applies = plan.Changes.Count > 0 && arguments.Flag("dryRun") != true;
                return ToJson(plan, applies ? await ApplyAsync(profiles, retention, actor, cancellationToken) : null);
            },
            cancellationToken);
    }

    /// <returns>The index of the entry that says so.</returns>
    async Task<long> ApplyAsync(ProfileCatalog profiles, RetentionRules retention, Actor actor, CancellationToken cancellationToken)
    {
        var sealed_ = await LedgerLifecycle.Profiles(profiles).MadeBy(actor).SealAsync(data.Ledger, cancellationToken);
        data.Use(profiles, retention);
        LastStart.Renew(data.Path, profiles);
        return sealed_.Index;
    }

    static void RefuseStranding(ProfilePlan plan)
    {
        var stranded = plan.Effects.Where(effect => effect.Effect == ProfileEffect.Stranded).ToList();
        if (stranded.Count == 0) return;
        var named = string.Join(", ", stranded.Take(MaximumNamed).Select(effect => $"{effect.Device} ({effect.Profile})"));
        throw Failure.Of("profile.stranded", stranded.Count, stranded.Count > MaximumNamed ? $"{named}, …" : named);
    }

    static JsonObject ToJson(ProfilePlan plan, long? index) => new()
    {
        ["applied"] = index is not null,
        ["index"] = index,
        ["profiles"] = new JsonArray([.. plan.Changes.Select(change => (JsonNode)new JsonObject
        {
            ["id"] = change.Id,
            ["change"] = change.From is null ? "added" : change.To is null ? "removed" : "changed",
            ["revisionBefore"] = change.From?.Revision,
            ["revision"] = change.To?.Revision,
            ["keepsRevision"] = change.KeepsRevision,
        })]),
        ["devices"] = new JsonArray([.. plan.Effects.Select(effect => (JsonNode)new JsonObject
        {
            ["device"] = effect.Device.Value,
            ["profile"] = effect.Profile,
            ["effect"] = effect.Effect switch
            {
                ProfileEffect.Kept => "kept",
                ProfileEffect.Reconnects => "reconnects",
                ProfileEffect.LineReopens => "line-reopens",
                _ => throw new InvalidOperationException($"{effect.Effect} is refused before."),
            },
        })]),
        ["unaffected"] = plan.Unaffected,
    };
}
