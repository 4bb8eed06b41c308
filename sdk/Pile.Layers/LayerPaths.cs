using System.Globalization;

namespace Pile.Layers;

/// <summary>The names of the files of a layer, and of the columns of its patches and states (LAYERS.md §2).</summary>
internal static class LayerPaths
{
    internal const string Manifest = "layer.yaml";

    internal const string Commits = "commits/", Data = "data/", Blobs = "blobs/", Tags = "tags/", States = "states/";

    /// <summary>The column of ids of a patch.</summary>
    internal const string ObjectId = "object_id";

    /// <summary>The column of a state with the position of the row in the dataset's index.</summary>
    internal const string Row = "_pile_row";

    /// <summary>The largest number of a commit: its name has eight digits.</summary>
    internal const long LastCommit = 99_999_999;

    internal static string Commit(long number) => string.Create(CultureInfo.InvariantCulture, $"{Commits}{number:D8}.json");

    internal static string Patch(string sha256) => $"{Data}{sha256}.parquet";

    internal static string Pack(string sha256) => $"{Blobs}{sha256}.pack";

    internal static string Tag(string name) => $"{Tags}{name}.json";

    internal static string StatePointer(long number) => string.Create(CultureInfo.InvariantCulture, $"{States}{number:D8}.json");

    internal static string State(string sha256) => $"{States}{sha256}.parquet";

    /// <summary>True for 64 lower-case hexadecimal digits.</summary>
    internal static bool IsSha256(string text) => text.Length == 64 && text.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f');
}
