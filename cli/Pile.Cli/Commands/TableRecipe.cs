using Pile.Format.Yaml;

namespace Pile.Cli.Commands;

/// <summary>The recipe that <c>--from TABLE</c> stands for.</summary>
internal static class TableRecipe
{
    // Who uses the short way has not said it; the dataset must not pretend that anybody did.
    private const string NotStated = "not stated";

    internal static string For(string table, string name, string? ra, string? dec, string? id, string? raUnit, string? frame)
    {
        YamlText yaml = new();
        yaml.Number("pile", 1L);
        yaml.Text("name", name);
        yaml.Map("provenance", () =>
        {
            yaml.Text("project", NotStated);
            yaml.Text("survey", NotStated);
            yaml.Text("instrument", NotStated);
            yaml.Text("release", NotStated);
        });
        yaml.Text("licence", NotStated);
        yaml.Text("citation", NotStated);
        yaml.Map("source", () =>
        {
            yaml.Text("kind", "table");
            yaml.Text("files", Path.GetFileName(table));
            yaml.Text("ra", ra);
            yaml.Text("dec", dec);
            yaml.Text("id", id);
            yaml.Text("ra_unit", raUnit);
            yaml.Text("frame", frame);
        });
        return yaml.Finish();
    }
}
