using System.Reflection;
using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>The public types and members of every package equal the approved lists.</summary>
public class PublicApiTests
{
    /// <summary>The maximum number of public types of all packages without their own limit.</summary>
    private const int MaxTypes = 109;

    private static readonly Dictionary<string, int> OwnLimits = new(StringComparer.Ordinal)
    {
        ["Pile.Builders"] = 19,
        ["Pile.Drawing"] = 29,
    };

    private static string Folder => Path.Combine(TestPaths.Root, "tests", "Pile.Tests", "PublicApi");

    /// <summary>The packable libraries, without the tool, which is not referenced.</summary>
    public static TheoryData<string> Packages() => [.. Projects().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Public_api_equals_the_approved_list(string package)
    {
        string approvedPath = Path.Combine(Folder, package + ".approved.txt"),
            receivedPath = Path.Combine(Folder, package + ".received.txt");
        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath) : "";
        string received = PublicApi.Describe(Assembly.Load(package));
        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }
        File.WriteAllText(receivedPath, received);
        string[] before = approved.Split('\n'), now = received.Split('\n');
        Assert.Fail($"""
            The public API of {package} changed. To approve the change:
              cp {receivedPath} {approvedPath}
            Removed:
            {string.Join('\n', before.Except(now).Take(20))}
            Added:
            {string.Join('\n', now.Except(before).Take(20))}
            """);
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_package() =>
        Assert.Empty(Directory.EnumerateFiles(Folder, "*.approved.txt")
            .Select(path => Path.GetFileName(path)[..^".approved.txt".Length]).Except(Projects()));

    [Fact]
    public void Number_of_public_types_is_within_the_limit()
    {
        (string Package, int Types)[] counts =
            [.. Projects().Select(package => (package, Assembly.Load(package).GetExportedTypes().Length))];
        int total = counts.Where(count => !OwnLimits.ContainsKey(count.Package)).Sum(count => count.Types);
        Assert.True(total <= MaxTypes, $"{total} public types, at most {MaxTypes}: {string.Join(", ", counts)}");
        Assert.All(OwnLimits, limit => Assert.InRange(counts.Single(count => count.Package == limit.Key).Types, 1, limit.Value));
    }

    [Fact]
    public void Type_names_are_unique_in_the_packages()
    {
        IEnumerable<string> repeated = Projects().SelectMany(package => Assembly.Load(package).GetExportedTypes())
            .Where(type => !type.IsNested)
            .GroupBy(type => type.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => string.Join(", ", group));
        Assert.Empty(repeated);
    }

    [Fact]
    public void Namespace_of_a_public_type_is_the_name_of_its_package() =>
        Assert.All(
            Projects().SelectMany(package => Assembly.Load(package).GetExportedTypes()),
            type => Assert.Equal(type.Assembly.GetName().Name, type.Namespace));

    private static string[] Projects() =>
    [
        .. ((string[])["sdk", "builders", "crossmatch"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestPaths.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Where(path => XDocument.Load(path).Descendants("IsPackable").Any(value => value.Value == "true"))
            .Select(path => Path.GetFileNameWithoutExtension(path)),
    ];
}
