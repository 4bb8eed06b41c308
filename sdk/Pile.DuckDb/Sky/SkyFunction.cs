namespace Pile.DuckDb;

/// <summary>A scalar function of SQL whose arguments are numbers, computed in C#.</summary>
/// <typeparam name="TResult">The cell type of its result.</typeparam>
/// <param name="Name">Its name in SQL.</param>
/// <param name="ParameterCount">The number of arguments, all DOUBLE.</param>
/// <param name="Formula">Computes one row from its arguments. Null for a result without a value. An
/// <see cref="ArgumentException"/> is an error of the statement.</param>
internal sealed record SkyFunction<TResult>(string Name, int ParameterCount, SkyFormula<TResult> Formula)
    where TResult : unmanaged;

/// <summary>Computes one row of a <see cref="SkyFunction{TResult}"/>.</summary>
internal delegate TResult? SkyFormula<TResult>(ReadOnlySpan<double> arguments) where TResult : unmanaged;
