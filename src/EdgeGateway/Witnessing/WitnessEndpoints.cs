using System.Globalization;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Witnessing;

/// <summary>C2SP tlog-witness over HTTP: <c>POST /witness/add-checkpoint</c> and <c>GET /witness/&lt;sha256(origin)&gt;/checkpoint</c>.</summary>
static partial class WitnessEndpoints
{
    const string PlainText = "text/plain; charset=utf-8";

    public static void MapWitness(this WebApplication app)
    {
        app.MapPost("/witness/add-checkpoint", AddAsync);
        app.MapGet("/witness/{log}/checkpoint", (string log, HttpContext context, WitnessDesk desk) =>
        {
            if (desk.Find(log)?.Note is not { } note) return Results.Text("Nothing of this log was cosigned here.\n", PlainText, Encoding.UTF8, StatusCodes.Status404NotFound);
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(note, PlainText);
        });
    }

    static async Task<IResult> AddAsync(HttpContext context, WitnessDesk desk, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(context.Request.Body, cancellationToken);
        if (!AddCheckpointRequest.TryParse(body.Span, out var request, out var error)) return Text(StatusCodes.Status400BadRequest, error);
        var origin = WitnessRule.OriginOf(request.Note);
        if (desk.Find(WitnessedLog.IdOf(origin)) is not { } log) return Text(StatusCodes.Status404NotFound, "This witness does not know the log.");
        try
        {
            var (answer, cosignature) = await log.AddAsync(request, time, cancellationToken);
            if (answer.Status is WitnessStatus.Inconsistent) LogInconsistent(loggers.CreateLogger(typeof(WitnessEndpoints)), log.Origin, answer.Sentence);
            return answer.Status switch
            {
                WitnessStatus.Accepted => Results.Text(cosignature + "\n", PlainText, Encoding.UTF8),

                // As bytes, so that no charset is added to the type that the specification names.
                WitnessStatus.OtherSize => Results.Text(
                    Encoding.ASCII.GetBytes(answer.KnownSize.ToString(CultureInfo.InvariantCulture) + "\n"), "text/x.tlog.size", StatusCodes.Status409Conflict),
                _ => Text((int)answer.Status, answer.Sentence),
            };
        }
        catch (StorageFullException e)
        {
            LogFull(loggers.CreateLogger(typeof(WitnessEndpoints)), log.Origin, e.Message);
            return Text(StatusCodes.Status503ServiceUnavailable, "This witness has no room on its disk and cosigns nothing now.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be kept was not cosigned: the one before stands, here and for whoever asks.
            LogNotKept(loggers.CreateLogger(typeof(WitnessEndpoints)), log.Origin, e.Message);
            return Text(StatusCodes.Status503ServiceUnavailable, "This witness can't keep what it cosigns, so it cosigns nothing now.");
        }
    }

    static IResult Text(int status, string sentence) => Results.Text(DisplayText.Of(sentence, 500) + "\n", PlainText, Encoding.UTF8, status);

    /// <summary>One byte more than is allowed at most, so that the parser refuses it.</summary>
    static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var body = new byte[AddCheckpointRequest.MaximumBytes + 1];
        return body.AsMemory(0, await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken));
    }

    [LoggerMessage(1310, LogLevel.Critical, "The log {Origin} asked for a cosignature on a tree that does not follow on what was cosigned before: {Reason} Its keeper may be signing a second history")]
    static partial void LogInconsistent(ILogger logger, string origin, string reason);

    [LoggerMessage(1311, LogLevel.Error, "Nothing was cosigned for {Origin}: {Reason}")]
    static partial void LogFull(ILogger logger, string origin, string reason);

    [LoggerMessage(1312, LogLevel.Error, "Nothing was cosigned for {Origin}, because it could not be kept: {Reason} Look at the disk")]
    static partial void LogNotKept(ILogger logger, string origin, string reason);
}
