using System.Diagnostics;
using Pile.Builders.Sources;
using Pile.TestKit;

namespace Pile.Builders.Tests.Schemas;

/// <summary>The reference and the editor support that are derived from the schema of recipes.</summary>
public class RecipeReferenceTests
{
    public static TheoryData<string> Recipes => [.. ((string[])["builders/recipes", "examples/demo"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestPaths.Root, folder), "*.yaml"))
        .Select(path => Path.GetRelativePath(TestPaths.Root, path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_recipe_reference_is_generated_from_the_schema()
    {
        ProcessStartInfo start = new("node", [Path.Combine(TestPaths.Root, "eng", "recipe-reference.mjs"), "--print"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string expected = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.True(expected == File.ReadAllText(Path.Combine(TestPaths.Root, "docs", "recipes.md")),
            "docs/recipes.md is not up to date: run 'make docs'");
    }

    [Fact]
    public void The_recipe_reference_lists_every_builder() => Assert.Equal(SourceBuilders.All.Kinds.Order(StringComparer.Ordinal),
        File.ReadLines(Path.Combine(TestPaths.Root, "docs", "recipes.md")).SkipWhile(l => l != "## Builders").Skip(4)
            .TakeWhile(l => l.Length > 0).Select(l => l.Split('`')[1]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_names_the_schema_for_editors(string recipe)
    {
        const string Comment = "# yaml-language-server: $schema=";
        string path = Path.Combine(TestPaths.Root, recipe), first = File.ReadLines(path).First();
        Assert.StartsWith(Comment, first, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(TestPaths.Root, "format-spec", "recipe.schema.json"),
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, first[Comment.Length..])));
    }
}
