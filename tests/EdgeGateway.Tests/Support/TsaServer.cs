using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeGateway.Tests.Support;

/// <summary>A time-stamp authority's HTTP side on loopback. What it answers may be changed while it runs; it can be stopped and come back on its port.</summary>
sealed class TsaServer : IAsyncDisposable
{
    WebApplication? _app;
    int _requests;

    TsaServer(Func<byte[], Task<byte[]>> reply) => Reply = reply;

    /// <summary>From a request in DER to what is sent back.</summary>
    public Func<byte[], Task<byte[]>> Reply { get; set; }

    /// <summary>Instead of <see cref="Reply"/>, where it is set.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>What a GET of <c>/crl</c> gives; 404 while it is null.</summary>
    public byte[]? RevocationList { get; set; }

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}/tsa";

    public int Requests => Volatile.Read(ref _requests);

    public static async Task<TsaServer> StartAsync(Func<byte[], Task<byte[]>> reply)
    {
        var server = new TsaServer(reply);
        await server.StartAgainAsync();
        return server;
    }

    public static Task<TsaServer> StartAsync(OpensslAuthority authority, string signer = "tsa") => StartAsync(query => authority.ReplyAsync(query, signer));

    /// <summary>The settings that name it as the first authority.</summary>
    public string[] Settings(string roots) =>
        [$"--Timestamps:Authorities:0:Name=test-tsa", $"--Timestamps:Authorities:0:Url={Url}", $"--Timestamps:Authorities:0:Roots={roots}"];

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        var app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        _app = app;
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    public async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            if (RevocationList is not { } list) context.Response.StatusCode = 404;
            else await context.Response.Body.WriteAsync(list);
            return;
        }

        Interlocked.Increment(ref _requests);
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }

        using var query = new MemoryStream();
        await context.Request.Body.CopyToAsync(query);
        var reply = await Reply(query.ToArray());
        context.Response.ContentType = "application/timestamp-reply";
        await context.Response.Body.WriteAsync(reply);
    }
}
