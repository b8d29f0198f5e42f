using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Devices;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Registry;

public sealed class AccountStoreTests : IDisposable
{
    static readonly DeviceId Camera = DeviceId.Parse("cam-01");

    readonly StorageFolder _folder = new();

    string Path => _folder.File("accounts.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_activated_secret_signs_in_and_survives_a_restart()
    {
        var secret = PreparedCredential.Secret(Camera);
        using (var accounts = AccountStore.Open(Path))
        {
            accounts.Activate(secret);
            Assert.Equal(secret.CredentialId, Verify(accounts, "cam-01", secret.Text!));
        }

        using var reopened = AccountStore.Open(Path);
        Assert.Equal(secret.CredentialId, Verify(reopened, "cam-01", secret.Text!));
        Assert.Equal(secret.CredentialId, reopened.CredentialOf(Camera));
    }

    [Fact]
    public void A_certificate_signs_in_after_a_restart_and_is_no_password_though_it_is_public()
    {
        byte[] der = [0x30, 1, 2, 3];
        var certificate = PreparedCredential.Certificate(Camera, der);
        using (var accounts = AccountStore.Open(Path)) accounts.Activate(certificate);

        using var reopened = AccountStore.Open(Path);
        reopened.Trust([Registered("cam-01", certificate.CredentialId)]);
        var digest = SHA256.HashData(der);
        Assert.Equal(certificate.CredentialId, reopened.VerifyCertificate("cam-01", digest));
        Assert.Equal("cam-01", reopened.DeviceOf(digest));
        Assert.Null(reopened.Verify("cam-01", der));
        Assert.Null(reopened.VerifyCertificate("cam-02", digest));
        Assert.Null(reopened.VerifyCertificate("cam-01", SHA256.HashData(digest)));
    }

    [Fact]
    public void A_secret_is_no_certificate()
    {
        using var accounts = AccountStore.Open(Path);
        var secret = PreparedCredential.Secret(Camera);
        accounts.Activate(secret);

        Assert.Null(accounts.VerifyCertificate("cam-01", SHA256.HashData(Encoding.ASCII.GetBytes(secret.Text!))));
    }

    [Fact]
    public void A_prepared_secret_is_of_no_use_before_it_is_activated()
    {
        using var accounts = AccountStore.Open(Path);
        var secret = PreparedCredential.Secret(Camera);

        Assert.Null(Verify(accounts, "cam-01", secret.Text!));
        Assert.Null(accounts.CredentialOf(Camera));
    }

    [Fact]
    public void A_wrong_secret_an_unknown_device_and_anothers_secret_do_not_sign_in()
    {
        using var accounts = AccountStore.Open(Path);
        var mine = PreparedCredential.Secret(Camera);
        var others = PreparedCredential.Secret(DeviceId.Parse("cam-02"));
        accounts.Activate(mine, others);

        Assert.Null(Verify(accounts, "cam-01", others.Text!));
        Assert.Null(Verify(accounts, "cam-01", mine.Text![..^1]));
        Assert.Null(Verify(accounts, "cam-01", mine.Text! + "="));
        Assert.Null(Verify(accounts, "cam-01", ""));
        Assert.Null(Verify(accounts, "cam-03", mine.Text!));
        Assert.Null(accounts.Verify("cam-03", new byte[32]));
        Assert.Equal(others.CredentialId, Verify(accounts, "cam-02", others.Text!));
    }

    [Fact]
    public void A_new_secret_kills_the_old_one_for_good()
    {
        var old = PreparedCredential.Secret(Camera);
        var @new = PreparedCredential.Secret(Camera);
        using (var accounts = AccountStore.Open(Path))
        {
            accounts.Activate(old);
            accounts.Activate(@new);
            Assert.Null(Verify(accounts, "cam-01", old.Text!));
        }

        using var reopened = AccountStore.Open(Path);
        Assert.Null(Verify(reopened, "cam-01", old.Text!));
        Assert.Equal(@new.CredentialId, Verify(reopened, "cam-01", @new.Text!));
    }

    [Fact]
    public void Only_secrets_that_the_ledger_names_count_in_a_file_that_may_have_been_exchanged()
    {
        var (named, strange) = (PreparedCredential.Secret(Camera), PreparedCredential.Secret(DeviceId.Parse("cam-03")));
        using (var accounts = AccountStore.Open(Path)) accounts.Activate(named, strange);
        using (var open = AccountStore.Open(Path))
        {
            open.Trust([Registered("cam-01", named.CredentialId), Registered("cam-03", "another", strange.CredentialId)]);

            Assert.Equal(named.CredentialId, Verify(open, "cam-01", named.Text!));
            Assert.Null(Verify(open, "cam-03", strange.Text!));
            Assert.Null(open.CredentialOf(DeviceId.Parse("cam-03")));
        }

        // Somebody puts a secret of his own under the name of the true one.
        var own = PreparedCredential.Secret(Camera);
        using (var database = new LiteDB.LiteDatabase(Path))
        {
            var credentials = database.GetCollection("deviceCredentials");
            var document = credentials.FindById("cam-01");
            document["sha256"] = System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(own.Text!));
            credentials.Update(document);
        }

        using var forged = AccountStore.Open(Path);
        Assert.Equal(named.CredentialId, Verify(forged, "cam-01", own.Text!));
        forged.Trust([Registered("cam-01", named.CredentialId)]);
        Assert.Null(Verify(forged, "cam-01", own.Text!));
    }

    [Fact]
    public void However_often_a_change_was_cut_off_the_old_secret_goes_on_working_and_once_it_is_through_never_again()
    {
        var (old, first, second) = (PreparedCredential.Secret(Camera), PreparedCredential.Secret(Camera), PreparedCredential.Secret(Camera));
        using (var accounts = AccountStore.Open(Path))
        {
            accounts.Activate(old);
            accounts.Prepare(first);
            accounts.Prepare(second);
        }

        var before = _folder.File("before");
        File.Copy(Path, before);
        using (var cut = AccountStore.Open(Path))
        {
            cut.Trust([Registered("cam-01", second.CredentialId, first.CredentialId, old.CredentialId)]);
            Assert.Equal(old.CredentialId, Verify(cut, "cam-01", old.Text!));
            cut.Activate(second);
        }

        using (var through = AccountStore.Open(Path))
        {
            through.Trust([Registered("cam-01", second.CredentialId, first.CredentialId, old.CredentialId)]);
            Assert.Equal(second.CredentialId, Verify(through, "cam-01", second.Text!));
        }

        // Put back later, when the ledger has gone on.
        File.Copy(before, Path, overwrite: true);
        File.Delete(Path.Replace(".db", "-log.db", StringComparison.Ordinal));
        using var put = AccountStore.Open(Path);
        put.Trust([Registered("cam-01", "newest", second.CredentialId, first.CredentialId, old.CredentialId)]);
        Assert.Null(Verify(put, "cam-01", old.Text!));
    }

    [Fact]
    public void Secrets_are_256_random_bits_and_never_shown_by_accident()
    {
        var first = PreparedCredential.Secret(Camera);
        var second = PreparedCredential.Secret(Camera);

        Assert.Matches("^[A-Za-z0-9_-]{43}$", first.Text!);
        Assert.Matches("^[0-9a-f]{32}$", first.CredentialId);
        Assert.NotEqual(first.Text!, second.Text!);
        Assert.NotEqual(first.CredentialId, second.CredentialId);
        Assert.DoesNotContain(first.Text!, first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_file_is_open_to_others_and_neither_holds_the_secret()
    {
        var secret = PreparedCredential.Secret(Camera);
        using var accounts = AccountStore.Open(Path);
        accounts.Activate(secret);

        var files = Directory.GetFiles(_folder.Path);

        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.All(files, file => Assert.Equal(-1, ReadShared(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret.Text!))));
    }

    [Fact]
    public void What_was_activated_is_in_the_files_before_the_call_returns()
    {
        var secret = PreparedCredential.Secret(Camera);
        using var accounts = AccountStore.Open(Path);
        accounts.Activate(secret);

        // As a kill would leave them: copied while the store is open.
        var copy = _folder.File("copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.WriteAllBytes(System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)), ReadShared(file));

        using var after = AccountStore.Open(System.IO.Path.Combine(copy, "accounts.db"));
        Assert.Equal(secret.CredentialId, Verify(after, "cam-01", secret.Text!));
    }

    [Fact]
    public void A_truncated_file_is_refused_and_left_alone()
    {
        using (var accounts = AccountStore.Open(Path)) accounts.Activate(PreparedCredential.Secret(Camera));
        var whole = File.ReadAllBytes(Path);

        for (var length = 1; length < whole.Length; length += 997)
        {
            File.WriteAllBytes(Path, whole[..length]);

            var exception = Assert.Throws<AccountsUnreadableException>(() => AccountStore.Open(Path));

            Assert.Contains(Path, exception.Message, StringComparison.Ordinal);
            Assert.Equal(whole[..length], File.ReadAllBytes(Path));
        }
    }

    static RegisteredDevice Registered(string id, string credential, params string[] former) => new()
    {
        Id = id,
        CredentialId = credential,
        FormerCredentialIds = former,
        RegistryIndex = 1,
        RegistryLeaf = default,
        AddedAt = default,
        ChangedAt = default,
    };

    static string? Verify(AccountStore accounts, string device, string secret) =>
        accounts.Verify(device, Encoding.UTF8.GetBytes(secret));

    static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
