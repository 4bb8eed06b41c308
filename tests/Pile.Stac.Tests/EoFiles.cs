using Pile.TestKit;

namespace Pile.Stac.Tests;

/// <summary>The real documents in tests/data/eo.</summary>
internal static class EoFiles
{
    public static string Root { get; } = TestPaths.Data("eo");

    public static string[] Items { get; } = [.. Relative("landsat-008059", "stac-items", "planet-disaster", "sentinel2-safe")
        .Where(p => SceneDocument.KindOf(File.ReadAllBytes(Path.Combine(Root, p))) is DocumentKind.Item)];

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    public static Scene Scene(string path) => StacItem.Parse(Bytes(path), path);

    private static IEnumerable<string> Relative(params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.json", SearchOption.AllDirectories))
        .Select(p => Path.GetRelativePath(Root, p)).Order(StringComparer.Ordinal);
}
