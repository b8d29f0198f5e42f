using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Tests.Support;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Docs;

/// <summary>What <c>evidence export</c> and <c>evidence verify</c> print is what docs/schemas says.</summary>
public sealed class BagSchemaTests
{
    [Fact]
    public async Task What_export_and_verify_show_is_what_their_schemas_say()
    {
        await using var station = await ExportStation.OpenAsync();
        var item = await station.SealTextAsync("a");
        var texts = TextTable.Of("Export", Language.English);

        var rehearsal = EvidenceExportCommand.ToJson(await station.ExportAsync("bag", rehearsal: true, item), texts);
        var outcome = EvidenceExportCommand.ToJson(await station.ExportAsync("bag", item), texts);
        var report = ExportedBag.Verify(station["bag"]).ToJson(TextTable.Of("BagVerification", Language.English));
        var refused = ExportedBag.Verify(station["data"]).ToJson(TextTable.Of("BagVerification", Language.English));

        Assert.Empty(DocsSchema.Of("evidence-export").Errors(AsText(rehearsal)));
        Assert.Empty(DocsSchema.Of("evidence-export").Errors(AsText(outcome)));
        Assert.Empty(DocsSchema.Of("evidence-verify").Errors(AsText(report)));
        Assert.Empty(DocsSchema.Of("evidence-verify").Errors(AsText(refused)));
    }

    static JsonNode AsText(JsonObject json) => JsonNode.Parse(json.ToJsonString())!;
}
