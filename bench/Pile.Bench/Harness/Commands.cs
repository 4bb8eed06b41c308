namespace Pile.Bench.Harness;

/// <summary>The command line of the bench, for the results.</summary>
internal static class Commands
{
    internal static string Of(string benchmark) => $"dotnet run --project bench/Pile.Bench -c Release -- {benchmark}";
}
