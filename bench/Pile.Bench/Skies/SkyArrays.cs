using Pile.Bench.Harness;

namespace Pile.Bench.Skies;

/// <summary>Writes generated skies as <c>.npy</c> columns, for peers that read arrays.</summary>
internal static class SkyArrays
{
    /// <summary>Writes both sides if they do not exist.</summary>
    internal static void Make(PairMatch match, string folder)
    {
        Directory.CreateDirectory(Path.Combine(Folders.Root, folder));
        foreach (string side in (string[])["a", "b"])
        {
            string last = Path.Combine(Folders.Root, folder, $"{side}_dec.npy");
            if (File.Exists(last))
                continue;
            SkyCatalogue sky = SkyCatalogue.Make(match.Kind, match.Rows, side);
            NpyFile.Write<long>(Path.Combine(Folders.Root, folder, $"{side}_id.npy"), "<i8", sky.Ids);
            NpyFile.Write<double>(Path.Combine(Folders.Root, folder, $"{side}_ra.npy"), "<f8", sky.RaDeg);
            NpyFile.Write<double>(last, "<f8", sky.DecDeg);
        }
    }
}
