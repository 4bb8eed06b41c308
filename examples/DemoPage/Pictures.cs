using Pile.Drawing;

namespace Pile.Examples.DemoPage;

/// <summary>The pictures that the commands of the demo drew, each with its command.</summary>
/// <param name="folder">The folder of the demo.</param>
internal sealed class Pictures(string folder)
{
    private readonly string[] commands = File.ReadAllLines(Path.Combine(folder, "commands.txt"));

    /// <summary>Returns a picture, with the command that drew it below its caption.</summary>
    /// <param name="name">The name of the SVG file, without its extension.</param>
    /// <param name="caption">What it shows.</param>
    internal HtmlCard Card(string name, string caption)
    {
        string file = Path.Combine(folder, "pictures", name + ".svg");
        string command = commands.First(line => line.EndsWith($"/{name}.svg", StringComparison.Ordinal));
        return new(SvgFigure.Parse(File.ReadAllText(file)), caption, [new("command",
            command[command.IndexOf("pile plot", StringComparison.Ordinal)..])]);
    }
}
