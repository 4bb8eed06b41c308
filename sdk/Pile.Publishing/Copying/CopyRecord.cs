using System.Text;
using Pile.Format;

namespace Pile.Publishing.Copying;

/// <summary>The file at a destination that identifies the dataset being copied. It is written before all other files and deleted after the
/// manifest is written.</summary>
internal static class CopyRecord
{
    internal const string Name = ".pile-copy";

    internal const int MaxBytes = 4096;

    private const string Head = "pile copy 1";

    internal static byte[] Of(SourceDataset source) =>
        Encoding.UTF8.GetBytes($"{Head}\n{source.Identity}\n{source.Manifest.Name} {source.Manifest.Version}\n");

    /// <summary>Returns the dataset's name and version, for messages.</summary>
    internal static string NameOf(byte[] record) => Encoding.UTF8.GetString(record).Split('\n') is [Head, _, var name, ..] ? name
        : "unknown";

    internal static OutputExistsException Interrupted(string address, byte[] record, bool isSame) => new(address, isSame
        ? "It is an interrupted copy of this dataset: resume it (CopyOptions.Resume)"
        : $"It is an interrupted copy of another dataset or version ({NameOf(record)}): choose another destination, or delete it first");
}
