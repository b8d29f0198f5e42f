using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Texts;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeGateway.Web;

/// <summary>
/// <c>data/gateway.sock</c>: commands for the gateway that runs. The kernel says who is at the other end; root and the user
/// that the gateway runs as are the account <c>admin</c>, anyone else is refused.
/// </summary>
static partial class LocalSocket
{
    /// <summary>What the kernel takes as a socket's path, without the zero at its end.</summary>
    const int MaximumPathBytes = 107;

    /// <summary>A list of ten thousand items to tag or review.</summary>
    const long MaximumCommandBytes = 8 << 20;

    const int SocketLevel = 1;
    const int PeerCredentials = 17;

    public static string PathIn(string data) => Path.Combine(Path.GetFullPath(data), "gateway.sock");

    public static void ListenLocalSocket(this KestrelServerOptions kestrel, string data)
    {
        var path = PathIn(data);
        if (System.Text.Encoding.UTF8.GetByteCount(path) > MaximumPathBytes)
        {
            throw Failure.Of("serve.long-path", path, MaximumPathBytes);
        }

        // We hold the directory's lock, so whoever made it is gone.
        File.Delete(path);
        kestrel.ListenUnixSocket(path);
    }

    /// <summary>0660, and for the group edgegw where this machine has it.</summary>
    public static void Restrict(string data)
    {
        var path = PathIn(data);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    /// <summary>
    /// Before anything of a request is read: commands come on the local socket only, from someone who has an account.
    /// </summary>
    public static void GuardLocalCommands(this WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/command")) return next(context);
        Language.Choose(Language.Find(context.Request.Headers.AcceptLanguage) ?? Language.English);
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is not { AddressFamily: AddressFamily.Unix })
        {
            return Refused(StatusCodes.Status404NotFound, Said.Of("socket.local-only")).ExecuteAsync(context);
        }

        if (ActorOf(socket) is not { } actor)
        {
            return Refused(StatusCodes.Status403Forbidden, Said.Of("socket.no-account")).ExecuteAsync(context);
        }

        context.Items[typeof(Actor)] = actor;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaximumCommandBytes;
        return next(context);
    });

    public static void MapLocalCommands(this WebApplication app)
    {
        app.MapPost("/command/{name}", async Task<Results<Ok<JsonNode>, JsonHttpResult<JsonObject>>> (
            string name, JsonObject arguments, HttpContext context, CommandTable commands, CancellationToken cancellationToken) =>
        {
            var actor = (Actor)context.Items[typeof(Actor)]!;
            if (commands.Find(name) is not { } handler) return Refused(StatusCodes.Status404NotFound, Said.Of("socket.no-command", Evidence.DisplayText.Of(name)));
            try
            {
                return TypedResults.Ok(await handler(arguments, actor, cancellationToken));
            }
            catch (Exception e) when (e is GatewayException or LedgerCorruptException or IOException or UnauthorizedAccessException
                or Storage.Ledger.SigningRefusedException or Storage.Registry.ViewCorruptException)
            {
                return Refused(StatusCodes.Status422UnprocessableEntity, e.Message, (e as GatewayException)?.ExitCode);
            }
        });
    }

    static JsonHttpResult<JsonObject> Refused(int status, string error, int? exitCode = null)
    {
        var answer = new JsonObject { ["error"] = error };
        if (exitCode is { } code) answer["exitCode"] = code;
        return TypedResults.Json(answer, statusCode: status);
    }

    static Actor? ActorOf(Socket socket)
    {
        // struct ucred: pid, uid, gid, 4 bytes each.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var uid = BitConverter.ToUInt32(credentials[4..]);
        return uid == 0 || uid == EffectiveUserId() ? Actor.LocalAdministrator : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
