using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Format.Tests;

/// <summary>The allowed references between projects: data flow in one
/// direction. A new reference is a decision, and is added here.</summary>
public class ReferencesTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Pile.Sky"] = [],
        ["Pile.Format"] = ["Pile.Sky"],
        ["Pile.Parquet"] = [],
        ["Pile.Codecs"] = ["Pile.Format"],
        ["Pile.Storage"] = ["Pile.Format"],
        ["Pile.Hdf5"] = ["Pile.Format", "Pile.Codecs"],
        ["Pile.DuckDb"] = ["Pile.Format"],
        ["Pile.Fits"] = ["Pile.Format"],
        ["Pile.Tables"] = ["Pile.Format", "Pile.Sky", "Pile.Fits", "Pile.DuckDb", "Pile.Parquet"],
        ["Pile.Layers"] = ["Pile.Format", "Pile.Storage", "Pile.Codecs", "Pile.DuckDb", "Pile.Parquet"],
        ["Pile.Writing"] = ["Pile.Format", "Pile.Sky", "Pile.Storage", "Pile.Codecs", "Pile.Parquet", "Pile.Hdf5", "Pile.DuckDb",
            "Pile.Fits"],
        ["Pile.Reading"] = ["Pile.Format", "Pile.Sky", "Pile.Storage", "Pile.Codecs", "Pile.Parquet", "Pile.Hdf5", "Pile.DuckDb",
            "Pile.Rasters", "Pile.Layers"],
        ["Pile.Data"] = ["Pile.Reading", "Pile.DuckDb"],
        ["Pile.Streaming"] = ["Pile.Reading", "Pile.Proj"],
        ["Pile.Review"] = ["Pile.Reading", "Pile.Proj", "Pile.Drawing", "Pile.Plotting"],
        ["Pile.Skia"] = ["Pile.Format"],
        ["Pile.Plotting"] = ["Pile.Format", "Pile.Sky", "Pile.Fits", "Pile.Reading", "Pile.Drawing", "Pile.Skia", "Pile.Proj"],
        ["Pile.Drawing"] = [],
        ["Pile.Earth"] = ["Pile.Sky"],
        ["Pile.Proj"] = ["Pile.Format", "Pile.Earth"],
        ["Pile.Rasters"] = ["Pile.Format", "Pile.Earth", "Pile.Storage", "Pile.Codecs", "Pile.Hdf5"],
        ["Pile.Stac"] = ["Pile.Format", "Pile.Earth", "Pile.Storage"],
        ["Pile.Publishing"] =
        [
            "Pile.Format", "Pile.Codecs", "Pile.Fits", "Pile.Hdf5", "Pile.DuckDb", "Pile.Storage", "Pile.Writing", "Pile.Reading",
            "Pile.Drawing", "Pile.Proj", "Pile.Plotting", "Pile.Stac",
        ],
        ["Pile.Builders"] = ["Pile.Writing", "Pile.Tables"],
        ["Pile.Builders.Sources"] = ["Pile.Builders", "Pile.Tables", "Pile.Fits", "Pile.Hdf5", "Pile.Proj", "Pile.Rasters", "Pile.Stac"],
        ["Pile.Adopting"] = ["Pile.Builders", "Pile.Storage", "Pile.Codecs", "Pile.Tables", "Pile.Hdf5"],
        ["Pile.CrossMatch"] = ["Pile.Parquet", "Pile.Codecs", "Pile.Earth", "Pile.Proj", "Pile.Reading", "Pile.Writing", "Pile.Tables"],
        ["Pile.Arrow"] = ["Pile.Reading", "Pile.Streaming", "Pile.Tables", "Pile.CrossMatch"],
        ["Pile"] =
        [
            "Pile.Reading", "Pile.Writing", "Pile.Streaming", "Pile.Tables", "Pile.Review", "Pile.Drawing", "Pile.Plotting",
            "Pile.Publishing",
            "Pile.Builders", "Pile.Builders.Sources", "Pile.Adopting", "Pile.CrossMatch",
        ],
        ["Pile.Cli"] = ["Pile"],
        ["Pile.Native"] = ["Pile.Cli"],
    };

    private static readonly Dictionary<string, string> NativeLibraries = new(StringComparer.Ordinal)
    {
        ["\"libduckdb"] = "Pile.DuckDb",
        ["\"libcfitsio"] = "Pile.Fits",
        ["\"libwcs"] = "Pile.Fits",
        ["\"libdeflate"] = "Pile.Codecs",
        ["\"libproj"] = "Pile.Proj",
        ["\"libzstd"] = "Pile.Rasters",
    };

    public static TheoryData<string> Projects() => [.. ProductProjects().Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_allowed_projects(string project)
    {
        Assert.True(Arrows.TryGetValue(project, out string[]? allowed), $"{project} is a new project: add its references here.");
        string[] found = [.. XDocument.Load(ProductProjects()[project]).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))];
        Assert.Empty(found.Except(allowed, StringComparer.Ordinal));
    }

    [Fact]
    public void A_native_library_is_used_by_its_own_project_only()
    {
        foreach ((string project, string path) in ProductProjects())
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.cs", SearchOption.AllDirectories)
                .Where(IsSource))
                foreach (string line in File.ReadLines(file).Where(l => l.Contains("\"lib", StringComparison.Ordinal)))
                    foreach ((string library, string owner) in NativeLibraries)
                        Assert.False(line.Contains(library, StringComparison.Ordinal) && project != owner,
                            $"{file} calls {library}, which only {owner} may call: {line.Trim()}");
    }

    [Fact]
    public void The_bindings_of_DuckDB_are_used_by_their_own_project_only()
    {
        foreach ((string project, string path) in ProductProjects().Where(p => p.Key != "Pile.DuckDb"))
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.cs", SearchOption.AllDirectories)
                .Where(IsSource))
                Assert.DoesNotContain("DuckDB.NET.Native", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_named_helper_or_utils()
    {
        string[] words = ["Utils", "Util", "Helper", "Helpers", "Manager", "Common"];
        IEnumerable<string> files = ProductProjects().Values.SelectMany(
            p => Directory.EnumerateFiles(Path.GetDirectoryName(p)!, "*.cs", SearchOption.AllDirectories)).Where(IsSource);
        Assert.DoesNotContain(files, f => words.Any(w => Path.GetFileNameWithoutExtension(f).EndsWith(w, StringComparison.Ordinal)));
    }

    private static bool IsSource(string path) => !path.Contains("/obj/", StringComparison.Ordinal)
        && !path.Contains("/bin/", StringComparison.Ordinal);

    private static Dictionary<string, string> ProductProjects() => ((string[])["sdk", "builders", "crossmatch", "cli"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestPaths.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);
}
