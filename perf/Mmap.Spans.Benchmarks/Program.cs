using System.Globalization;
using Mmap.Spans.Benchmarks.Budget;
using Mmap.Spans.Benchmarks.Cold;
using Mmap.Spans.Benchmarks.Files;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.Benchmarks.Pressure;
using Mmap.Spans.Benchmarks.Questions;
using Mmap.Spans.Benchmarks.Scale;
using Mmap.Spans.Benchmarks.Tails;

Question[] questions =
[
    new SpanLeaseHit(),
    new MemoryLeaseHit(),
    new OneWindowManyThreads(),
    new ManyWindowsManyThreads(),
    new MoveInsideWindow(),
    new SingleBytes(),
    new WaysToReadEightBytes(),
    new Miss(),
    new MissInFullTable(),
    new OpenLeaseClose(),
    new WarmScan(),
    new UselessPrefetch(),
];

return args switch
{
    [] => QuickRun.Keep(questions),
    ["--quick"] => QuickRun.All(questions),
    ["--quick", var name] => QuickRun.All(Named(name)),
    [QuickRun.OneQuestion, var name] => QuickRun.One(questions.Single(question => question.Name == name)),
    [QuickRun.OneQuestionWithoutProfile, var name] =>
        QuickRun.One(questions.Single(question => question.Name == name), withoutProfile: true),
    ["--tails"] => TailRun.Run(),
    ["--files"] => FilesRun.Run(),
    ["--scale"] => ScaleRun.Run(),
    ["--budget"] => BudgetRun.Peaks(),
    ["--memory"] => BudgetRun.Memory(),
    [BudgetRun.OneCell, var cell] => BudgetCell.Measure(cell),
    ["--pressure"] => new PressureRun([1, 2, 8], rounds: 11, warmups: 12).Run(),
    ["--pressure", "short"] => new PressureRun([1], rounds: 5, warmups: 6).Run(),
    ["--cold"] => ColdRun.Run(gibibytes: 4, rounds: 7),
    ["--cold", var gibibytes, var rounds] => ColdRun.Run(Number(gibibytes), Number(rounds)),
    _ => BenchmarkDotNetRun.Run(args, questions),
};

Question[] Named(string part) =>
    [.. questions.Where(question => question.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
