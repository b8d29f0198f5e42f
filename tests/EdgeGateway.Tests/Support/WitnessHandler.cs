using System.Globalization;
using System.Net;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Support;

/// <summary>A witness without a network: answers as the log that it is given would.</summary>
sealed class WitnessHandler(WitnessedLog log, TimeProvider time) : HttpMessageHandler
{
    /// <summary>Answers in its place once set.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage>? Instead { get; set; }

    /// <summary>Requests for a cosignature so far.</summary>
    public int Asked { get; private set; }

    /// <summary>Persists and then loses its answer, as a witness that is killed in between.</summary>
    public bool LosesAnswers { get; set; }

    public static HttpResponseMessage Answer(HttpStatusCode status, string body, string type = "text/plain") => new(status)
    {
        Content = new StringContent(body) { Headers = { ContentType = new(type) } },
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post) Asked++;
        return Instead is { } instead ? instead(request) : await AnswerAsync(request);
    }

    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get)
            return log.Note is { } note ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(note.ToArray()) } : Answer(HttpStatusCode.NotFound, "");
        Assert.True(AddCheckpointRequest.TryParse(await request.Content!.ReadAsByteArrayAsync(), out var parsed, out var error), error);
        var (answer, line) = await log.AddAsync(parsed, time, CancellationToken.None);
        if (LosesAnswers) throw new HttpRequestException("The connection was lost.");
        return answer.Status == WitnessStatus.OtherSize
            ? Answer(HttpStatusCode.Conflict, answer.KnownSize.ToString(CultureInfo.InvariantCulture) + "\n", "text/x.tlog.size")
            : Answer((HttpStatusCode)(int)answer.Status, line is null ? answer.Sentence : line + "\n");
    }
}
