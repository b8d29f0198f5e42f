using System.Security.Cryptography;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>A time-stamp authority made by openssl in a folder of its own: a root, a signer, and tokens at the machine's time.</summary>
sealed class TestAuthority : IDisposable
{
    const string Configuration =
        "[t1]\nserial=serial\nsigner_cert=tsa.pem\ncerts=ca.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
        + "digests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n";

    readonly TempFolder _folder = new();

    public string Root => _folder["ca.pem"];

    public static async Task<TestAuthority> CreateAsync(string name)
    {
        var authority = new TestAuthority();
        File.WriteAllText(authority._folder["tsa.cnf"], Configuration);
        File.WriteAllText(authority._folder["serial"], "01\n");
        File.WriteAllText(authority._folder["ext"], "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n");
        await authority.RunAsync(
            $"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/CN={name} root' && "
            + $"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr -subj '/CN={name}' && "
            + "openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile ext -out tsa.pem && "
            + "openssl x509 -in ca.pem -outform DER -out ca.der && openssl x509 -in tsa.pem -outform DER -out tsa.der");
        return authority;
    }

    /// <summary>An <c>anchor</c> entry over a tree, as docs/ledger-format.md has it; with <paramref name="item"/> over that entry's leaf.</summary>
    public async Task<OwnEntry> AnchorAsync(string origin, long size, Hash root, (long Index, byte[] Leaf)? item = null, Hash? revocation = null)
    {
        var stamped = item?.Leaf ?? System.Text.Encoding.UTF8.GetBytes($"{origin}\n{size}\n{Convert.ToBase64String(root.ToArray())}\n");
        await File.WriteAllBytesAsync(_folder["data"], stamped);
        await RunAsync(
            "openssl ts -query -data data -sha256 -cert -out query && openssl ts -reply -config tsa.cnf -section t1 -queryfile query -out reply && "
            + "openssl ts -reply -in reply -token_out -out token");
        var token = await File.ReadAllBytesAsync(_folder["token"]);
        Assert.True(System.Security.Cryptography.Pkcs.Rfc3161TimestampToken.TryDecode(token, out var parsed, out _));
        var time = parsed.TokenInfo.Timestamp;
        byte[][] certificates = [await File.ReadAllBytesAsync(_folder["tsa.der"]), await File.ReadAllBytesAsync(_folder["ca.der"])];
        return new OwnEntry(EntryKind.Anchor, Subjects.Gateway, json =>
        {
            json.Name("by"u8);
            json.String("tsa-1");
            json.Name("hash"u8);
            json.String("sha-256");
            json.Name("imprint"u8);
            json.Hex(SHA256.HashData(stamped));
            if (item is { } one)
            {
                json.Name("item"u8);
                json.Number(one.Index);
            }

            json.Name("notAfter"u8);
            json.Time(time.AddDays(300));
            json.Name("policy"u8);
            json.String("1.2.3.4");
            if (item is null)
            {
                json.Name("root"u8);
                json.Hex(root);
            }

            json.Name("serial"u8);
            json.String("02");
            if (item is null)
            {
                json.Name("size"u8);
                json.Number(size);
            }

            json.Name("time"u8);
            json.Time(time);
            json.Name("token"u8);
            json.Hex(SHA256.HashData(token));
            json.Name("type"u8);
            json.String("timestamp");
        })
        {
            Private = json =>
            {
                json.Name("certificates"u8);
                json.BeginArray();
                foreach (var certificate in certificates) json.Base64(certificate);
                json.EndArray();
                json.Name("revocation"u8);
                json.BeginArray();
                if (revocation is { } list)
                {
                    json.BeginObject();
                    json.Name("object"u8);
                    json.Hex(list);
                    json.Name("url"u8);
                    json.String("http://crl.example/");
                    json.EndObject();
                }

                json.EndArray();
                json.Name("token"u8);
                json.Base64(token);
            },
        };
    }

    public void Dispose() => _folder.Dispose();

    async Task RunAsync(string script)
    {
        var result = await E2eCommand.RunAsync("sh", ["-c", $"cd '{_folder.Path}' && {script}"]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}

/// <summary>Two authorities that a class's tests share: making keys takes longer than using them.</summary>
public sealed class TestAuthorityFixture : IAsyncLifetime
{
    internal TestAuthority Authority { get; private set; } = null!;

    internal TestAuthority Other { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Authority = await TestAuthority.CreateAsync("TSA");
        Other = await TestAuthority.CreateAsync("Other");
    }

    public Task DisposeAsync()
    {
        Authority.Dispose();
        Other.Dispose();
        return Task.CompletedTask;
    }
}
