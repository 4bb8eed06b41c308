using System.Text;
using Pile.Format;

namespace Pile.Publishing.Copying;

/// <summary>The file that lies at a destination while a copy is under way, and tells of which dataset: written before all others, deleted
/// after the manifest.</summary>
internal static class CopyRecord
{
    internal const string Name = ".pile-copy";

    internal const int MostBytes = 4096;

    private const string Head = "pile copy 1";

    internal static byte[] Of(SourceDataset source) =>
        Encoding.UTF8.GetBytes($"{Head}\n{source.Identity}\n{source.Manifest.Name} {source.Manifest.Version}\n");

    /// <summary>The dataset's name and version, for messages.</summary>
    internal static string NameOf(byte[] record) => Encoding.UTF8.GetString(record).Split('\n') is [Head, _, var name, ..] ? name
        : "unknown";

    internal static OutputExistsException Interrupted(string address, byte[] record, bool isSame) => new(address, isSame
        ? "It is an interrupted copy of this dataset: go on with --resume"
        : $"It is an interrupted copy of another dataset or version ({NameOf(record)}): choose another place, or delete it first");
}
