using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary><c>pile build --append</c> with a text file in which a declared column is empty, or has integers only: the result is that of a
/// build of all files.</summary>
public sealed class AppendedDeclarationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("m: { sentinels: [-99] }", "-99", "15.5", "")]
    [InlineData("m: { categories: { 0: star, 1: galaxy } }", "0", "1", "")]
    [InlineData("m: { unit: d, time: { scale: TDB } }", "5.5", "6", "", Traits = ["Run", "Long"])]
    [InlineData("m: { unit: d, time: { scale: TDB } }", "5.5", "6", "7")]
    [InlineData("m: { unit: Angstrom, spectral_medium: air }", "5000.5", "", "6000")]
    public void An_appended_file_has_the_bytes_of_a_full_build(string native, string first, string second, string appended)
    {
        File.WriteAllText(folder["t1.csv"], $"id,ra,dec,m\n1,10,1,{first}\n2,20,2,{second}\n");
        File.WriteAllText(folder["t2.csv"], $"id,ra,dec,m\n3,30,1,{appended}\n");
        Write("one.yaml", "t1.csv", native);
        Write("all.yaml", "t?.csv", native);
        Build(folder["one.yaml"], "--out", folder["v1"]);
        Build(folder["all.yaml"], "--out", folder["full"]);
        Build(folder["all.yaml"], "--append", folder["v1"], "--out", folder["v2"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
    }

    private void Write(string recipe, string files, string native) => File.WriteAllText(folder[recipe],
        "pile: 1\nname: t\nprovenance: { project: p, survey: s, instrument: i, release: r }\nlicence: CC0-1.0\ncitation: c\n"
            + $"source: {{ kind: table, files: \"{files}\", id: id, ra_unit: deg }}\nnative: {{ {native} }}\n");

    private static void Build(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(["build", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
