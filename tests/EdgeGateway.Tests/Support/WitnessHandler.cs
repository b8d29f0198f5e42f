using System.Globalization;
using System.Net;
using EdgeGateway.Witnessing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeGateway.Tests.Support;

/// <summary>A witness on loopback that answers as the log that it is given would.</summary>
sealed class WitnessHandler(WitnessedLog log, TimeProvider time) : IAsyncDisposable
{
    WebApplication? _app;

    public Uri Url { get; private set; } = null!;

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

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Url = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/witness");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app) await app.DisposeAsync();
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

    async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path) { Content = new ByteArrayContent(body.ToArray()) };
        if (request.Method == HttpMethod.Post) Asked++;
        try
        {
            var answer = Instead is { } instead ? instead(request) : await AnswerAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body);
        }
        catch (HttpRequestException)
        {
            context.Abort();
        }
    }
}
