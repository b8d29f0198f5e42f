using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.Web;

/// <summary>
/// <c>/healthz</c>: the process lives and the ledger has not failed. <c>/readyz</c>: it takes evidence now, and how far the
/// views are behind.
/// </summary>
static class Health
{
    public static IServiceCollection AddHealth(this IServiceCollection services) => services;

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", Results<Ok<JsonObject>, JsonHttpResult<JsonObject>> (GatewayData data) =>
        {
            var failed = data.Ledger.Completion.IsFaulted;
            return Answer(!failed, new JsonObject { ["status"] = failed ? "failed" : "ok" });
        });

        app.MapGet("/readyz", Results<Ok<JsonObject>, JsonHttpResult<JsonObject>> (GatewayData data, ViewService views) =>
        {
            var room = data.Ledger.HasRoom;
            var ready = room && !data.Ledger.Completion.IsCompleted;
            return Answer(ready, new JsonObject
            {
                ["status"] = ready ? "ready" : room ? "stopped" : "disk-full",
                ["size"] = data.Ledger.DurableSize,
                ["views"] = new JsonObject
                {
                    ["position"] = data.Views.Position,
                    ["behind"] = Math.Max(0, data.Ledger.DurableSize - data.Views.Position),
                    ["behindSeconds"] = Math.Round(views.LagSeconds, 1),
                    ["error"] = views.Error,
                },
                ["checkpointAt"] = CommandArguments.Text(data.Ledger.Latest?.SignedAt),
                ["freeBytes"] = data.Ledger.FreeBytes,
                ["storage"] = StatusCommands.StorageOf(data.Ledger),
                ["clock"] = new JsonObject
                {
                    ["source"] = data.Clock.Read().Source,
                    ["state"] = Ledger.ClockStates.Text(data.Clock.Read().State),
                    ["mayDecideByDate"] = data.Clock.MayDecideByDate,
                    ["why"] = data.Clock.Why,
                },
            });
        });
    }

    static Results<Ok<JsonObject>, JsonHttpResult<JsonObject>> Answer(bool good, JsonObject body) =>
        good ? TypedResults.Ok(body) : TypedResults.Json(body, statusCode: StatusCodes.Status503ServiceUnavailable);
}
