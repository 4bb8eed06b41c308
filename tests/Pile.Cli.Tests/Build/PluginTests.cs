using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Builds with builders from other assemblies.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_plugin_builds_a_valid_dataset_and_its_failure_names_unit_and_file()
    {
        string program = Path.GetDirectoryName(PileProgram.Path)!;
        CSharpCompiler.Compile("""
            using System; using System.Collections.Generic; using System.IO;
            using Pile.Builders; using Pile.Format;

            [DatasetBuilder("star-list")]
            public class StarList(RecipeSource source) : FileBuilder(source)
            {
                public override DatasetFacts Facts => new() { Modality = "catalogue" };

                protected override IEnumerable<Observation> Read(string path, BuildContext context)
                {
                    foreach (string line in File.ReadLines(path))
                        if (line == "")
                            throw new FormatException("empty");
                        else
                            yield return new Observation { ObjectId = line, RaDeg = 1, DecDeg = 2, Columns = [] };
                }
            }
            """, folder["stars.dll"], Path.Combine(program, "Pile.Builders.dll"), Path.Combine(program, "Pile.Format.dll"));
        File.WriteAllText(folder["r.yaml"], Recipes.Text("catalogue", "kind: star-list\nfiles: '*.stars'"));
        File.WriteAllText(folder["a.stars"], "s0\ns1\n");
        string[] build = ["build", "--builders", folder["stars.dll"], folder["r.yaml"], "--out", folder["d"]];
        Assert.Equal(2, PileProgram.RunToJson(build).GetProperty("rows").GetInt32());
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
        Assert.Equal("a.stars", PileProgram.Run([.. build, "--dry-run"]).Output.Trim());

        File.WriteAllText(folder["a.stars"], "s0\n\n");
        Assert.StartsWith($"pile: {folder["a.stars"]}, unit 'a.stars': the builder 'star-list' failed with FormatException: empty. ",
            PileProgram.RunToError(1, [.. build, "--replace"]), StringComparison.Ordinal);
        Assert.Contains("at StarList.", PileProgram.Run([.. build, "--replace", "--verbose"]).Error, StringComparison.Ordinal);
        RunToError("Two builders are called 'star-list'", [.. build, "--builders", folder["stars.dll"]]);
        RunToError("there is no builder 'star-list'; there are chip-index, cube, cube-spectrum,", "build", folder["r.yaml"], "--out",
            folder["e"]);
        RunToError("the file is not a .NET assembly", "build", "--builders", folder["r.yaml"], folder["r.yaml"], "--out", folder["e"]);
        RunToError("--builders requires a recipe",
            "build", "--builders", folder["stars.dll"], "--from", folder["a.stars"], "--out", folder["e"]);
    }

    private static void RunToError(string message, params string[] arguments) =>
        Assert.Contains(message, PileProgram.RunToError(2, arguments), StringComparison.Ordinal);
}
