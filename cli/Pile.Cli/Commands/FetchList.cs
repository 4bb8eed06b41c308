using System.Collections.Immutable;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Storage;

namespace Pile.Cli.Commands;

/// <summary>Reads which files <c>pile fetch</c> downloads.</summary>
internal static class FetchList
{
    private const int Sha256Digits = 64;

    /// <summary>Returns true for 64 hexadecimal digits.</summary>
    internal static bool IsSha256(string text) => text.Length == Sha256Digits && text.All(char.IsAsciiHexDigit);

    /// <summary>Returns a request for each address of the command line and of the list.</summary>
    /// <param name="addresses">The addresses of the command line.</param>
    /// <param name="checksums">Their SHA-256, or none.</param>
    /// <param name="list">The file with lines of SHA-256 and address; null for none.</param>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="replace">True to replace existing files.</param>
    /// <exception cref="UsageException">A line is malformed, the numbers of addresses and checksums differ, two files have the same name,
    /// or there is no address.</exception>
    /// <exception cref="ArgumentException">An address is not valid, or does not end with the name of a file.</exception>
    internal static ImmutableArray<DownloadRequest> Read(string[] addresses, string[] checksums, string? list, string folder,
        bool replace)
    {
        if (checksums.Length > 0 && checksums.Length != addresses.Length)
            throw new UsageException($"--sha256 has {checksums.Length} checksums for {addresses.Length} URLs. State one for each URL, in "
                + "their order.");
        List<(string Address, string? Sha256)> files =
            [.. addresses.Select((address, i) => (address, checksums.Length > 0 ? checksums[i] : null))];
        if (list is not null)
            files.AddRange(InputFile.Lines(list, "--list").Select((line, i) => Parse(list, i, line)));
        if (files.Count == 0)
            throw new UsageException(list is null ? "A URL, or a list of URLs with --list FILE, is required."
                : list == PipeOutput.Dash ? "--list -: standard input has no lines. Check the command that writes to it."
                : $"--list {list}: the file has no lines. Write a line 'SHA256  URL' for each file.");
        Dictionary<string, string> addressOf = new(StringComparer.Ordinal);
        ImmutableArray<DownloadRequest>.Builder requests = ImmutableArray.CreateBuilder<DownloadRequest>(files.Count);
        foreach ((string address, string? sha256) in files)
        {
            if (address.EndsWith('?' + Redaction.Mark, StringComparison.Ordinal))
                throw new UsageException($"'{address}': its query string was replaced by {Redaction.Mark}, as in what Pile prints, because "
                    + $"it may contain a secret. Write the complete address{(list is null ? "" : $" into {list}")}.");
            _ = DownloadAddress.Open(address, StoreOptions.Default); // rejects a wrong address before the first request
            string name = DownloadAddress.NameOf(address);
            if (!addressOf.TryAdd(name, address))
                throw new UsageException($"'{addressOf[name]}' and '{address}' would both be written to '{Path.Combine(folder, name)}'. "
                    + "Fetch them into two folders.");
            requests.Add(new DownloadRequest(address, Path.Combine(folder, name), sha256?.ToLowerInvariant()) { Replace = replace });
        }
        return requests.ToImmutable();
    }

    // As sha256sum writes them: a blank or an asterisk precedes the name.
    private static (string Address, string? Sha256) Parse(string list, int number, string line) =>
        line.Length > Sha256Digits + 2 && IsSha256(line[..Sha256Digits]) && line[Sha256Digits] == ' '
            && line[Sha256Digits + 1] is ' ' or '*' ? (line[(Sha256Digits + 2)..], line[..Sha256Digits])
            : throw new UsageException($"--list {(list == PipeOutput.Dash ? "- (standard input)" : list)}, "
                + $"entry {number + 1}: expected 64 hexadecimal digits, two blanks and a URL, found "
                + $"'{(line.Length <= 100 ? line : $"{line[..97]}...")}'.");
}
