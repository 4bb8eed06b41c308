using System.Text;
using Pile.Format.Yaml;

namespace Pile.Format;

/// <summary>The file beside a local dataset that says where the files outside it are on this machine.</summary>
/// <remarks>It is not a part of the dataset, and is not copied with it.</remarks>
internal static class MountsFile
{
    private const string VersionKey = "pile_mounts", MountsKey = "mounts", UriKey = "uri", PlaceKey = "place";
    private const int LargestBytes = 1 << 20;

    /// <summary>What follows the path of the dataset in that of the file.</summary>
    internal const string Extension = ".mounts.yaml";

    /// <summary>Returns the path of the file.</summary>
    internal static string PathOf(string datasetFolder) => Path.TrimEndingDirectorySeparator(datasetFolder) + Extension;

    /// <summary>Returns the text of a file.</summary>
    /// <param name="mounts">Addresses in the dataset, and the folders or addresses where they are.</param>
    internal static string Write(IEnumerable<KeyValuePair<string, string>> mounts)
    {
        YamlText yaml = new();
        yaml.Number(VersionKey, 1L);
        yaml.List(MountsKey, () =>
        {
            foreach ((string uri, string place) in mounts)
                yaml.MapItem(() =>
                {
                    yaml.Text(UriKey, uri);
                    yaml.Text(PlaceKey, place);
                });
        });
        return yaml.Finish();
    }

    /// <summary>Reads the file beside a dataset; there may be none.</summary>
    /// <exception cref="DocumentInvalidException">The file is not valid.</exception>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(string datasetFolder)
    {
        string path = PathOf(datasetFolder);
        if (!File.Exists(path))
            return [];
        RegularFile.Require(path);
        if (new FileInfo(path).Length > LargestBytes)
            throw new DocumentInvalidException(path, 1, 1, $"expected at most {LargestBytes} bytes");
        YamlMap root = YamlReader.Read(File.ReadAllText(path, Encoding.UTF8), path).AsMap();
        root.RequireKeys(VersionKey, MountsKey);
        YamlScalar version = root.Required(VersionKey).AsScalar();
        if (version.Text != "1")
            throw version.Invalid($"expected version 1 of a file of mounts, found '{version.Text}'");
        return [.. root.Required(MountsKey).AsList().Items.Select(item =>
        {
            YamlMap map = item.AsMap();
            map.RequireKeys(UriKey, PlaceKey);
            return KeyValuePair.Create(map.Text(UriKey), map.Text(PlaceKey));
        })];
    }
}
