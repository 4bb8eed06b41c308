using Pile.Writing;

namespace Pile.Cli.Terminal;

/// <summary>Shows the progress of a writer.</summary>
internal sealed class BuildDisplay(ProgressDisplay display) : IProgress<BuildProgress>
{
    public void Report(BuildProgress value) => display.Report(value.Phase, value.Rows, value.TotalRows, "rows");
}
