using System.Reflection;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Review.Tests.Conformance;

/// <summary>The text of the format: its requirements, the findings that report them, and its example.</summary>
public sealed partial class SchemaTextTests
{
    private static string Text => File.ReadAllText(Path.Combine(TestPaths.Root, "SCHEMA.md"));

    [Fact]
    public void Requirements_are_numbered_without_gaps_within_their_sections()
    {
        (int Section, int Number)[] found =
            [.. Definition().Matches(Text).Select(m => (int.Parse(m.Groups["section"].Value), int.Parse(m.Groups["number"].Value)))];
        Assert.NotEmpty(found);
        foreach (IGrouping<int, (int Section, int Number)> section in found.GroupBy(f => f.Section))
            Assert.Equal(Enumerable.Range(1, section.Count()), section.Select(f => f.Number));
        Assert.Equal(found.Select(f => f.Section).Order(), found.Select(f => f.Section));
    }

    [Fact]
    public void References_to_requirements_exist()
    {
        HashSet<string> defined = [.. Definition().Matches(Text).Select(m => $"S{m.Groups["section"].Value}.{m.Groups["number"].Value}")];
        Assert.All(Reference().Matches(Text).Select(m => m.Value), r => Assert.Contains(r, defined));
    }

    [Fact]
    public void Every_finding_is_listed_with_the_requirements_that_it_reports()
    {
        string[] codes = [.. typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)];
        Assert.Equal(codes.Order(StringComparer.Ordinal),
            Finding().Matches(Text).Select(m => m.Groups["code"].Value).Order(StringComparer.Ordinal));
        Assert.All(Finding().Matches(Text), m => Assert.Matches(Reference(), m.Groups["requirements"].Value));
    }

    [Fact]
    public void The_example_reads_the_same_values_as_h5py()
    {
        string code = Assert.Single(Regex.Matches(Text, "```python\n(?<code>.*?)```",
            RegexOptions.Singleline | RegexOptions.ExplicitCapture)).Groups["code"].Value;
        string dataset = Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "spectrum");
        Assert.Equal("25 obj-1", Python.Run($"import os, sys\nos.chdir(sys.argv[1])\n{code}\nprint(len(flux), 'obj-1')\n", dataset).Trim());
    }

    [GeneratedRegex(@"^- \*\*S(?<section>\d+)\.(?<number>\d+)\*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\bS\d+\.\d+\b")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| (?<code>[MCFGIRS]\d{3}) \|.*\| (?<requirements>[^|]*) \|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Finding();
}
