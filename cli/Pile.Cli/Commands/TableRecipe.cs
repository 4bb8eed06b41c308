using Pile.Format.Yaml;

namespace Pile.Cli.Commands;

/// <summary>The recipe for <c>--from TABLE</c>.</summary>
internal sealed record TableRecipe
{
    // The command line has no options for provenance, so the dataset must not claim any.
    private const string NotStated = "not stated";

    internal string? Ra { get; init; }

    internal string? Dec { get; init; }

    internal string? Id { get; init; }

    internal string? RaUnit { get; init; }

    internal string? Frame { get; init; }

    internal string[] Exclude { get; init; } = [];

    internal string[] Only { get; init; } = [];

    internal (string Column, string Type)[] Casts { get; init; } = [];

    /// <summary>Returns the text of the recipe.</summary>
    internal string For(string table, string name)
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
            yaml.Text("ra", Ra);
            yaml.Text("dec", Dec);
            yaml.Text("id", Id);
            yaml.Text("ra_unit", RaUnit);
            yaml.Text("frame", Frame);
            Names("exclude", Exclude);
            Names("only", Only);
            if (Casts.Length > 0)
                yaml.Map("cast", () => Array.ForEach(Casts, cast => yaml.Text(cast.Column, cast.Type)));
        });
        return yaml.Finish();

        void Names(string key, string[] names)
        {
            if (names.Length > 0)
                yaml.List(key, () => Array.ForEach(names, yaml.TextItem));
        }
    }
}
