using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Web;

/// <summary>
/// <c>/ledger/…</c>: the C2SP tlog-tiles folder, read only. Nothing is served that the checkpoint on show does not imply, so
/// that what is called immutable is.
/// </summary>
static class LedgerFolder
{
    const string Immutable = "public, max-age=31536000, immutable";
    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapLedgerFolder(this WebApplication app)
    {
        app.MapMethods("/ledger/checkpoint", Methods, (HttpContext context, GatewayData data) =>
        {
            if (data.Ledger.Latest is not { } latest) return Missing("Nothing was signed yet.");
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(latest.Note, "text/plain; charset=utf-8");
        });

        app.MapMethods("/ledger/tile/{**path}", Methods, (string? path, HttpContext context, GatewayData data, WebOptions options) =>
        {
            // The parser takes one spelling of each tile and nothing else, so nothing leads out of the folder.
            if (!TilePath.TryParse($"tile/{path}", out var tile)) return Missing("This is no path of a tile or bundle.");
            if (tile.HoldsEntries && options.LedgerEntries != WebOptions.All)
                return Results.Text("Entries are for auditors here: set Web:LedgerEntries to all to serve them to everyone.\n", statusCode: StatusCodes.Status403Forbidden);
            if (data.Ledger.Latest is not { } latest || !IsImplied(tile, latest.Checkpoint.Size)) return Missing("The checkpoint does not imply this tile.");
            if (data.Ledger.ReadTile(tile) is not { } bytes) return Missing(tile.IsPartial ? "This partial tile is gone: fetch the full one." : "This tile is not here.");
            context.Response.Headers.CacheControl = Immutable;
            return Results.Bytes(bytes, "application/octet-stream");
        });
    }

    static bool IsImplied(TilePath tile, long size)
    {
        // Hashes at the tile's own level; 8 bits a level, and above level 7 no tree has any.
        var hashes = tile.Level > 7 ? 0 : size >> (8 * tile.Level);
        return tile.Width <= hashes && tile.Number <= (hashes - tile.Width) / TilePath.FullWidth;
    }

    static IResult Missing(string sentence) => Results.Text(sentence + "\n", statusCode: StatusCodes.Status404NotFound);
}
