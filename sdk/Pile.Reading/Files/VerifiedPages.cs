using System.Collections.Concurrent;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Which pages of a local file this process has verified.</summary>
/// <remarks>All that open the same file share it. A file with another stamp is another file.</remarks>
internal static class VerifiedPages
{
    private static readonly ConcurrentDictionary<string, (FileStamp Stamp, string Sha256, bool[] Pages)> Opened =
        new(StringComparer.Ordinal);

    /// <summary>Returns for each page of a file whether it has been verified. A caller that verifies a page sets its element.</summary>
    /// <param name="localPath">The file.</param>
    /// <param name="sha256">The SHA-256 that its dataset lists.</param>
    /// <param name="stamp">The stamp that it had before it was opened.</param>
    /// <param name="pages">The number of pages.</param>
    internal static bool[] Of(string localPath, string sha256, FileStamp stamp, int pages)
    {
        // A file that was replaced while it was opened may be either of the two.
        if (FileStamp.Of(localPath) != stamp || stamp.IsRecent)
            return new bool[pages];
        return Opened.AddOrUpdate(localPath, Create, (_, earlier) =>
            earlier.Stamp == stamp && earlier.Sha256 == sha256 && earlier.Pages.Length == pages ? earlier : Create(localPath)).Pages;

        (FileStamp, string, bool[]) Create(string _) => (stamp, sha256, new bool[pages]);
    }
}
