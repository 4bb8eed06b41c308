using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Tests;

/// <summary>The file from which programs and GitHub take how to cite Pile.</summary>
public class CitationTests
{
    [Fact]
    public void The_citation_has_the_version_of_the_packages() => Assert.Contains(
        $"version: {XDocument.Load(Path.Combine(TestPaths.Root, "Directory.Build.props")).Descendants("VersionPrefix").Single().Value}",
        File.ReadAllLines(Path.Combine(TestPaths.Root, "CITATION.cff")));
}
